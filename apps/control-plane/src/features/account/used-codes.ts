/** Remembers accepted codes of the second factor as long as they would be accepted again. */

export interface UsedCodes {
  /** Whether this is the first use; it is the last one from now on. */
  use(userId: string, code: string): boolean;
}

/** A code holds for its half minute, the one before and the one after. */
const GOOD_FOR_MS = 90_000;

/** Somebody who looked over a shoulder, or stands in between, has a code as soon as the person (RFC 6238, 5.2: one use each). */
export function createUsedCodes(clock: () => number = Date.now): UsedCodes {
  const until = new Map<string, number>();
  return {
    use(userId, code) {
      const now = clock();
      for (const [key, end] of until) if (end <= now) until.delete(key);
      const key = `${userId} ${code}`;
      if (until.has(key)) return false;
      until.set(key, now + GOOD_FOR_MS);
      return true;
    },
  };
}
