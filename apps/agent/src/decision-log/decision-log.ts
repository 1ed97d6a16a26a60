/** Takes decisions from the points without ever making them wait, and sees them through memory and disk to the control plane. */

import type { DecisionBatch, DecisionRecord } from '@pullgate/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { DecisionEntry, DecisionRecorder } from '../point.ts';
import { createBatchSender } from './batch-sender.ts';
import { openSpool, type SpoolStatus, type UnnumberedRecord } from './spool.ts';
import { toRecord } from './to-record.ts';

/** Some 5 MB: half a minute of a disk that does not answer, at 300 decisions a second. */
const MAX_QUEUED = 10_000;

/** Gathers what belongs together into one sync of the disk; still well below what a person notices. */
const FLUSH_DELAY_MS = 20;

/** What `GET /v1/decisions` shows. */
const RECENT = 200;

/** A stopping agent must not hang on a control plane that is away. */
const STOP_GRACE_MS = 2_000;

export interface DecisionLogOptions {
  readonly dir: string;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Id of the person that a uid, or the machine, acts for at this moment. */
  readonly user: (uid: number | undefined) => string | undefined;
  readonly send: (batch: DecisionBatch, signal: AbortSignal) => Promise<number>;
  readonly retry?: { readonly baseMs: number; readonly maxMs: number };
}

export interface DecisionLog extends DecisionRecorder {
  /** Begins to send. Recording works before. */
  start(): void;
  /** Puts what is in memory on disk. */
  flush(): Promise<void>;
  /** Flushes, makes one last attempt to send, and ends. */
  stop(): Promise<void>;
  status(): SpoolStatus;
  /** The last records, newest first, those of this moment included. */
  recent(): Promise<readonly DecisionRecord[]>;
}

/** @throws system errors when the spool's directory cannot be used at all. */
export async function createDecisionLog(options: DecisionLogOptions): Promise<DecisionLog> {
  const spool = await openSpool(options);
  const sender = createBatchSender({ ...options, spool });
  let queue: UnnumberedRecord[] = [];
  let lost = 0;
  let recent: DecisionRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();

  const flushOnce = async (): Promise<void> => {
    const [records, missing] = [queue, lost];
    [queue, lost] = [[], 0];
    if (missing > 0) await spool.skip(missing);
    if (records.length === 0) return;
    const numbered = await spool.append(records);
    recent = [...recent, ...numbered].slice(-RECENT);
    sender.wake();
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    flushing = flushing.then(flushOnce);
    return flushing;
  };
  return {
    record: (entry: DecisionEntry) => {
      const user = options.user(entry.uid);
      const { seq: _, ...record } = toRecord(entry, {
        seq: 0,
        at: options.clock.now(),
        ...(user === undefined ? {} : { user }),
      });
      queue.push(record);
      // The disk does not keep up: the oldest go, and their numbers with them, so that the gap is seen.
      if (queue.length > MAX_QUEUED) {
        queue.shift();
        lost += 1;
      }
      timer ??= setTimeout(() => void flush(), FLUSH_DELAY_MS);
    },
    start: () => sender.start(),
    flush,
    stop: async () => {
      await flush();
      await sender.stop(STOP_GRACE_MS);
    },
    status: () => {
      const { pending, dropped } = spool.status();
      return { pending: pending + queue.length, dropped: dropped + lost };
    },
    recent: async () => {
      await flush();
      return recent.toReversed();
    },
  };
}
