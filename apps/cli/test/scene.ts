/** Runs the real command as a process of its own, and a whole `up` for it. Texts are made comparable: what differs from run to run gets a name. */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReadyReport } from '../src/up/ready-report.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Scene {
  readonly folder: string;
  /** Runs `pullgate …` with this scene's own credentials. */
  cli(args: readonly string[], input?: string): Promise<CliResult>;
  /** Runs it with both outputs in one file, so that their order is the one that a person sees. */
  transcribe(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** Starts it and leaves it running. */
  start(args: readonly string[]): ChildProcess;
  /** Starts `pullgate up` and waits until it is ready. */
  up(args?: readonly string[]): Promise<{
    readonly process: ChildProcess;
    readonly report: ReadyReport;
    stop(): Promise<number | null>;
  }>;
  normalize(text: string): string;
  dispose(): void;
}

export function createScene(environment: Readonly<Record<string, string>> = {}): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    PULLGATE_HOME: join(folder, 'home'),
    TZ: 'UTC',
    ...environment,
  };
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], { env, stdio: 'pipe' });
  return {
    folder,
    cli: (args, input) => collect(start(args), input),
    start,
    async transcribe(args) {
      const path = join(folder, 'transcript.txt');
      const file = openSync(path, 'w');
      const words = ['--disable-warning=ExperimentalWarning', MAIN, ...args];
      const child = spawn(process.execPath, words, { env, stdio: ['ignore', file, file] });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      closeSync(file);
      return { code: code ?? -1, text: readFileSync(path, 'utf8') };
    },
    async up(args = []) {
      const dataDir = join(folder, 'data');
      const child = start([
        ...['up', '--json', '--yes', '--data-dir', dataDir],
        ...['--listen', '127.0.0.1:0', '--proxy-listen', '127.0.0.1:0', ...args],
      ]);
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      let words = '';
      child.stderr?.on('data', (chunk) => {
        words += String(chunk);
      });
      const line = await new Promise<string>((resolve, reject) => {
        if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
        void ended.then((code) => reject(new Error(`up ended with ${code}: ${words}`)));
      });
      return {
        process: child,
        report: JSON.parse(line) as ReadyReport,
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      };
    },
    normalize: (text) => normalize(text, folder),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function collect(child: ChildProcess, input = ''): Promise<CliResult> {
  const parts = { stdout: '', stderr: '' };
  const listen = (stream: 'stdout' | 'stderr'): void =>
    void child[stream]?.on('data', (chunk) => {
      parts[stream] += String(chunk);
    });
  listen('stdout');
  listen('stderr');
  child.stdin?.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? -1, ...parts })));
}

function normalize(text: string, folder: string): string {
  return text
    .replaceAll(folder, 'FOLDER')
    .replaceAll(hostname(), 'laptop-7')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'.padEnd(36))
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\d+\.\d s\b/g, '0.2 s')
    .replace(/\d+ (?:s|min) (old|ago)/g, '4 min $1')
    .replace(/(?:\d+ (?:second|minute)s? old|just made)/g, '4 minutes old')
    .replace(/(?<=catalog +)\d{4}-\d\d-\d\d\.\d+/g, '2026-11-24.1')
    .replace(/pg[te]_[A-Za-z0-9_-]+/g, 'TOKEN')
    .replace(/code=[A-Z0-9-]+/g, 'code=9F3K-22QM')
    .replace(/[A-Za-z0-9_-]{43}/g, 'HASH')
    .replace(/ +$/gm, '');
}

/** Sends one CONNECT to the agent's proxy; settles with the status line. */
export function sendConnect(proxyUrl: string, target: string): Promise<string> {
  const { hostname: host, port } = new URL(proxyUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => {
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nUser-Agent: docker/20.10.24\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (!text.includes('\r\n')) return;
      resolve(text.split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
}
