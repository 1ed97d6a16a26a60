/** One child of `up`: this same command as a process of its own, with its log and its calls. Leaves restarting to the supervisor. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AGENT_NODE_OPTIONS } from '../agent-node-options.ts';
import { type CallAnswer, type CallRequest, ChildError } from './calls.ts';
import type { LogFile } from './log-file.ts';

export type ChildName = 'control-plane' | 'agent';

export interface Child {
  /**
   * @throws ChildError with the child's own code; CHILD_FAILED when the child ends before it answers
   */
  call<T>(method: string, parameter?: unknown): Promise<T>;
  /** Settles when the process is gone; says how it went. */
  readonly ended: Promise<string>;
  /** Asks it to end, and kills it when it does not within 8 s. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Connections that drain get 5 s from the control plane and from the agent; then a child has hung. */
const STOP_LIMIT_MS = 8_000;

export function spawnChild(name: ChildName, log: LogFile): Child {
  const options = ['--disable-warning=ExperimentalWarning', ...(name === 'agent' ? AGENT_NODE_OPTIONS : [])];
  const child = spawn(process.execPath, [...options, MAIN, '__child', name], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.on('data', (chunk: Buffer) => log.write(chunk));
  child.stderr?.on('data', (chunk: Buffer) => log.write(chunk));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`),
    );
  });
  return { call: createCaller(child, name, ended, log), ended, stop: () => stopChild(child, ended) };
}

function createCaller(
  child: ChildProcess,
  name: ChildName,
  ended: Promise<string>,
  log: LogFile,
): Child['call'] {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let lastId = 0;
  child.on('message', (message) => {
    const answer = message as CallAnswer;
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('value' in answer || !('error' in answer))
      return call?.resolve((answer as { value?: unknown }).value);
    const { code, message: text, hint } = answer.error;
    call?.reject(new ChildError(code, text, hint === undefined ? {} : { hint }));
  });
  void ended.then((how) => {
    const error = new ChildError('CHILD_FAILED', `the ${name} ended while it started (${how})`, {
      hint: `its last words: ${log.lastLine() || 'none'}   (all: ${log.path})`,
    });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return <T>(method: string, parameter?: unknown) =>
    new Promise<T>((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve: (value) => resolve(value as T), reject });
      child.send({ id: lastId, method, parameter } satisfies CallRequest, (error) => {
        if (error !== null) reject(error);
      });
    });
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}
