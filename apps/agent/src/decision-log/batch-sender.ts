/** Sends the spool to the control plane, batch after batch, for as long as the agent runs. Leaves storing to `spool.ts`. */

import type { DecisionBatch } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { AgentError } from '../agent-error.ts';
import { createBackoff, pause } from '../control-plane/backoff.ts';
import type { Spool, SpoolBatch } from './spool.ts';

/** The protocol's limit for one batch. */
const MAX_BATCH_RECORDS = 1000;

/** A control plane that restarts has its fleet's records back within a minute, spread by the jitter. */
const RETRY = { baseMs: 500, maxMs: 30_000 };

/** Answers that the same batch would get for ever; it is given up, so that those behind it get through. */
const HOPELESS: ReadonlySet<number> = new Set([400, 413, 422]);

export interface BatchSenderOptions {
  readonly spool: Spool;
  readonly log: Logger;
  /** Resolves with the control plane's high-water mark. */
  readonly send: (batch: DecisionBatch, signal: AbortSignal) => Promise<number>;
  readonly retry?: { readonly baseMs: number; readonly maxMs: number };
}

export interface BatchSender {
  start(): void;
  /** There is something to send. */
  wake(): void;
  /** Makes one last attempt, at most `graceMs` long; what is left stays on disk. */
  stop(graceMs: number): Promise<void>;
}

export function createBatchSender({ spool, log, send, retry = RETRY }: BatchSenderOptions): BatchSender {
  const stopping = new AbortController();
  const backoff = createBackoff(retry);
  let idle = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const sendNext = async (signal: AbortSignal): Promise<boolean> => {
    const batch = await spool.read(MAX_BATCH_RECORDS);
    if (batch === undefined) return false;
    await spool.acknowledge(await sendOrGiveUp(batch, (one) => send(one, signal), log));
    return true;
  };
  const run = async (): Promise<void> => {
    const { signal } = stopping;
    while (!signal.aborted) {
      idle = new AbortController();
      try {
        const sent = await sendNext(signal);
        backoff.reset();
        if (!sent) await untilAborted(AbortSignal.any([signal, idle.signal]));
      } catch (error) {
        log.debug({ err: error }, 'decisions not sent');
        await pause(backoff.nextMs(), signal);
      }
    }
  };
  return {
    start: () => {
      running = run();
    },
    wake: () => idle.abort(),
    stop: async (graceMs) => {
      stopping.abort();
      await running;
      const last = AbortSignal.timeout(graceMs);
      await drain(() => sendNext(last), last);
    },
  };
}

async function drain(sendNext: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted && (await sendNext()));
  } catch {
    // The control plane is away: what is left is on disk, and goes out after the next start.
  }
}

async function sendOrGiveUp(
  batch: SpoolBatch,
  send: (batch: DecisionBatch) => Promise<number>,
  log: Logger,
): Promise<number> {
  try {
    return await send(batch);
  } catch (error) {
    const status = error instanceof AgentError ? error.answer?.status : undefined;
    if (status === undefined || !HOPELESS.has(status)) throw error;
    log.error({ err: error, records: batch.records.length }, 'decisions given up');
    return batch.records.at(-1)?.seq ?? 0;
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
