/** Sends the spool to the control plane, batch after batch, for as long as the agent runs. Leaves storing to `spool.ts`. */

import type { DecisionBatch } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { createSendingLoop, isHopeless } from '../control-plane/sending-loop.ts';
import type { Spool, SpoolBatch } from './spool.ts';

/** The protocol's limit for one batch. */
const MAX_BATCH_RECORDS = 1000;

/** A control plane that restarts has its fleet's records back within a minute, spread by the jitter. */
const RETRY = { baseMs: 500, maxMs: 30_000 };

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
  const sendNext = async (signal: AbortSignal): Promise<boolean> => {
    const batch = await spool.read(MAX_BATCH_RECORDS);
    if (batch === undefined) return false;
    await spool.acknowledge(await sendOrGiveUp(batch, (one) => send(one, signal), log));
    return true;
  };
  const onFailure = (err: unknown): undefined => void log.debug({ err }, 'decisions not sent');
  const { start, wake, stop } = createSendingLoop({ sendNext, retry, onFailure });
  return {
    start,
    wake,
    stop: async (graceMs) => {
      await stop();
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
    if (!isHopeless(error)) throw error;
    log.error({ err: error, records: batch.records.length }, 'decisions given up');
    return batch.records.at(-1)?.seq ?? 0;
  }
}
