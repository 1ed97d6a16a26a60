/** What wiring needs of the machine: files below a root, commands, who runs it. The one seam to the operating system. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { InstallError } from './install-error.ts';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Host {
  /** `/` outside tests and images; every path is below it. */
  readonly root: string;
  readonly isRoot: boolean;
  /** The file's bytes as one character each; undefined when there is none. */
  load(path: string): string | undefined;
  /** Names in a directory, sorted; empty when there is none. */
  list(path: string): readonly string[];
  exists(path: string): boolean;
  /** Replaces the file in one step, keeping its mode and owner; `mode` is for a new one. */
  store(path: string, text: string, mode: number): void;
  remove(path: string): void;
  run(command: readonly string[]): CommandResult;
  /** Whether somebody listens at a TCP address of this machine. */
  isListening(host: string, port: number): Promise<boolean>;
}

/** A command that hangs must not hang the person; restarting Docker with many containers takes a while. */
const COMMAND_LIMIT_MS = 120_000;
const CONNECT_LIMIT_MS = 1_000;

export function createHost(root: string): Host {
  const at = (path: string): string => join(root, path);
  return {
    root,
    isRoot: process.getuid?.() === 0,
    load: (path) => unlessAbsent(() => readFileSync(at(path), 'latin1')),
    list: (path) => unlessAbsent(() => readdirSync(at(path)).sort()) ?? [],
    exists: (path) => unlessAbsent(() => statSync(at(path))) !== undefined,
    store: (path, text, mode) => storeFile(at(path), text, mode),
    remove: (path) => rmSync(at(path), { force: true }),
    run: ([file = '', ...args]) => {
      const { status, stdout, stderr, error } = spawnSync(file, args, {
        encoding: 'utf8',
        timeout: COMMAND_LIMIT_MS,
      });
      return { status: status ?? 127, stdout: stdout ?? '', stderr: error?.message ?? stderr };
    },
    isListening,
  };
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function storeFile(path: string, text: string, mode: number): void {
  const next = `${path}.pullgate-new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const old = unlessAbsent(() => statSync(path));
    const file = openSync(next, 'w', 0o600);
    writeSync(file, Buffer.from(text, 'latin1'));
    if (old !== undefined) chownSync(next, old.uid, old.gid);
    chmodSync(next, old === undefined ? mode : old.mode & 0o7777);
    fsyncSync(file);
    closeSync(file);
    renameSync(next, path);
  } catch (cause) {
    rmSync(next, { force: true });
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new InstallError('INSTALL_WRITE_FAILED', `cannot write ${path} (${code})`, {
      hint: 'repeat the command once the cause is mended; it goes on where it stopped',
      cause,
    });
  }
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: CONNECT_LIMIT_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
