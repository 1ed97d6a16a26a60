/** Starts a thread that serves descriptors, speaks with its parts and ends it. Leaves what the parts do to their own modules. */

import { writeSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type {
  EventWorkerSetup,
  FromEventWorker,
  PartMessages,
  PartName,
  ToEventWorker,
} from './event-messages.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';

/** The agent's end of one part. */
export interface ThreadPart<To> {
  /** False before the thread is ready, once it has ended, and once the part was stopped. */
  isAlive(): boolean;
  /** Says nothing when it is not alive. */
  tell(message: To): void;
  /** Has all closed that the part has, and ends the thread with its last part. */
  stop(): Promise<void>;
}

export interface PartListener<From> {
  hear(message: From): void;
  /** The part is gone: what it had is closed here, for a thread that died takes no descriptor with it. Called once. */
  bury(): void;
}

export interface EventThread {
  readonly calls: Syscalls;
  /** Resolves when it is ready, or has ended. */
  readonly started: Promise<void>;
  /** To be called once for each part; `setUp` is the first that the part is told. */
  attach<Name extends PartName>(
    name: Name,
    setUp: PartMessages[Name]['to'],
    listener: PartListener<PartMessages[Name]['from']>,
  ): ThreadPart<PartMessages[Name]['to']>;
}

/** A second one brings more than it takes where a processor is free for it. */
const MAX_THREADS = 2;

/** None where the system calls do not exist that they live by. */
export function createEventThreads(
  count: number = Math.min(MAX_THREADS, availableParallelism()),
): readonly EventThread[] {
  const calls = loadSyscalls();
  return calls === undefined ? [] : Array.from({ length: count }, () => startThread(calls));
}

/** Compiled modules are kept for a thread where they are for its process: a third of its memory, and most of its start. */
function toEnvironment(): NodeJS.ProcessEnv {
  const dir = getCompileCacheDir();
  return dir === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(dir) };
}

interface Attached {
  setUp(): void;
  hear(message: unknown): void;
  stopped(): void;
  bury(): void;
}

function startThread(calls: Syscalls): EventThread {
  const setup: EventWorkerSetup = { epoll: calls.epollCreate(), wake: calls.eventfd() };
  const worker = new Worker(new URL('./event-worker.ts', import.meta.url), {
    workerData: setup,
    execArgv: [],
    env: toEnvironment(),
  });
  worker.unref();
  const parts = new Map<PartName, Attached>();
  let state: 'starting' | 'ready' | 'ended' = 'starting';
  const { promise: started, resolve: tellStarted } = Promise.withResolvers<void>();

  function send(message: ToEventWorker): void {
    if (state !== 'ready') return;
    worker.postMessage(message);
    writeSync(setup.wake, ONE);
  }

  worker.on('message', (told: FromEventWorker) => {
    if ('ready' in told) {
      state = 'ready';
      for (const part of parts.values()) part.setUp();
      tellStarted();
    } else if ('stopped' in told) parts.get(told.stopped)?.stopped();
    else parts.get(told.part)?.hear(told.message);
  });
  const bury = (): void => {
    state = 'ended';
    tellStarted();
    for (const part of parts.values()) part.bury();
  };
  worker.on('error', bury).on('exit', bury);
  worker.once('exit', () => {
    calls.close(setup.wake);
    calls.close(setup.epoll);
  });

  function detach(name: PartName): void {
    parts.delete(name);
    if (parts.size === 0) send({ end: true });
  }

  return {
    calls,
    started,
    attach(name, setUp, listener) {
      const stopped = Promise.withResolvers<void>();
      let isAttached = true;
      let isStopping = false;
      const buryOnce = (): void => {
        const isFirst = isAttached;
        // Before: what is buried may not have the thread close what is closed here.
        isAttached = false;
        if (isFirst) listener.bury();
        stopped.resolve();
      };
      const tell = (message: typeof setUp): void => {
        if (isAttached) send({ part: name, message } as ToEventWorker);
      };
      tell(setUp);
      parts.set(name, {
        setUp: () => tell(setUp),
        hear: (message) => listener.hear(message as never),
        stopped: stopped.resolve,
        bury: buryOnce,
      });
      return {
        // What it is given behind `stop` it would serve, while it is closed here.
        isAlive: () => isAttached && !isStopping && state === 'ready',
        tell,
        async stop() {
          isStopping = true;
          const patience = sleep(STOP_PATIENCE_MS, undefined, { ref: false });
          // What is not ready yet has nothing to close, and would not hear.
          await Promise.race([started, patience]);
          send({ stop: name });
          if (state === 'ready') await Promise.race([stopped.promise, patience]);
          buryOnce();
          detach(name);
        },
      };
    },
  };
}

/**
 * A thread that has not closed what it has within this time hangs: that is closed for it, and it is left behind. It is never
 * terminated: that aborts the whole process while koffi is being loaded.
 */
const STOP_PATIENCE_MS = 5000;

/** What is added to an eventfd, as it wants it: eight bytes in the machine's order. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);
