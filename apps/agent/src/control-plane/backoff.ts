/** Waits between attempts: exponential with full jitter, so that a fleet does not come back all at once. */

import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
  /** A number in [0, 1); `Math.random` unless a test decides. */
  readonly random?: () => number;
}

export interface Backoff {
  /** Milliseconds for the next wait: uniform between 0 and base × 2^failures, at most `maxMs`. */
  nextMs(): number;
  reset(): void;
}

export function createBackoff({ baseMs, maxMs, random = Math.random }: BackoffOptions): Backoff {
  let failures = 0;
  return {
    nextMs: () => {
      const ceilingMs = Math.min(maxMs, baseMs * 2 ** failures);
      failures = Math.min(failures + 1, 30);
      return Math.floor(random() * ceilingMs);
    },
    reset: () => {
      failures = 0;
    },
  };
}

/** Sleeps, or returns early when told to stop. */
export async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => undefined);
}
