/**
 * Remembers who did not take our certificate: where the mode only observes, inspection that fails must not stop anybody (semantics 1), so
 * the next tunnel of the same user to the same host passes unseen.
 */

export interface Distrust {
  note(host: string, uid: number | undefined): void;
  isNoted(host: string, uid: number | undefined): boolean;
}

/** Long enough for the pulls of a day's work not to fail again and again, short enough to notice an engine that was wired since. */
const KEEP_MS = 10 * 60 * 1000;
const MAX_NOTED = 1000;

/** @param now milliseconds since the epoch */
export function createDistrust(now: () => number): Distrust {
  const noted = new Map<string, number>();
  const keyOf = (host: string, uid: number | undefined): string => `${host} ${uid ?? ''}`;
  return {
    note(host, uid) {
      if (noted.size >= MAX_NOTED) noted.clear();
      noted.set(keyOf(host, uid), now() + KEEP_MS);
    },
    isNoted: (host, uid) => (noted.get(keyOf(host, uid)) ?? 0) > now(),
  };
}
