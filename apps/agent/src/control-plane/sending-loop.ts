/** Sends, piece after piece, for as long as the agent runs; after a failure it waits, longer each time. Leaves what is sent to its callers. */

import { AgentError } from '../agent-error.ts';
import { type BackoffOptions, createBackoff, pause } from './backoff.ts';

export interface SendingLoopOptions {
  /** Sends one piece and takes it off; false when there is none. */
  readonly sendNext: (signal: AbortSignal) => Promise<boolean>;
  readonly retry: BackoffOptions;
  /** Is told of a failure, and may say how many milliseconds it is to be waited for. */
  readonly onFailure: (error: unknown) => number | undefined;
}

export interface SendingLoop {
  start(): void;
  /** There is something to send. */
  wake(): void;
  /** Breaks off what is being sent. */
  stop(): Promise<void>;
}

export function createSendingLoop({ sendNext, retry, onFailure }: SendingLoopOptions): SendingLoop {
  const stopping = new AbortController();
  const backoff = createBackoff(retry);
  let idle = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    const { signal } = stopping;
    while (!signal.aborted) {
      idle = new AbortController();
      try {
        const sent = await sendNext(signal);
        backoff.reset();
        if (!sent) await untilAborted(AbortSignal.any([signal, idle.signal]));
      } catch (error) {
        await pause(onFailure(error) ?? backoff.nextMs(), signal);
      }
    }
  };
  return {
    start: () => {
      running = run();
    },
    wake: () => idle.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The control plane's answer to a request that failed; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof AgentError ? error.answer?.status : undefined;
}

/** Answers that the same piece would get for ever; it is given up, so that those behind it get through. */
const HOPELESS: ReadonlySet<number> = new Set([400, 413, 422]);

export function isHopeless(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && HOPELESS.has(status);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
