/**
 * Measures how long the machine has been without its control plane, so that neither a restart, nor a clock set back, nor a
 * suspended laptop stretches the organization's offline limit (semantics 7).
 */

import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { writeDurably } from '../data-dir/write-durably.ts';

export interface ContactRecord {
  /** The control plane answered just now. */
  contact(): void;
  /** Milliseconds since the last contact: the greater of what the two clocks say, since either can be made to say too little. */
  offlineMs(): number;
  /** Keeps the count for the next run; called now and then, and at the end. */
  store(): Promise<void>;
}

interface Stored {
  /** Wall clock at the last contact. */
  readonly contactAt: number;
  /** Time offline by the monotonic clock, over all runs since that contact. */
  readonly offlineMs: number;
}

/** `fallbackAt`: taken as the last contact when none is known, as when the file was deleted. */
export async function loadContactRecord(
  path: string,
  clock: Clock,
  fallbackAt: number,
): Promise<ContactRecord> {
  const stored = await loadStored(path);
  let contactAt = stored?.contactAt ?? fallbackAt;
  let carriedMs = stored?.offlineMs ?? 0;
  let sinceMs = clock.monotonicMs();
  const countedMs = (): number => carriedMs + clock.monotonicMs() - sinceMs;
  return {
    contact: () => {
      [contactAt, carriedMs, sinceMs] = [clock.now(), 0, clock.monotonicMs()];
    },
    offlineMs: () => Math.max(countedMs(), clock.now() - contactAt),
    store: () => writeDurably(path, JSON.stringify({ contactAt, offlineMs: Math.round(countedMs()) })),
  };
}

async function loadStored(path: string): Promise<Stored | undefined> {
  try {
    const { contactAt, offlineMs } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    if (!Number.isFinite(contactAt) || !Number.isFinite(offlineMs)) return undefined;
    return { contactAt: Number(contactAt), offlineMs: Math.max(0, Number(offlineMs)) };
  } catch {
    return undefined;
  }
}
