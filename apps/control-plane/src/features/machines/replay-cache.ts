/** Remembers the ids of machine tokens while they are good, so that none is used twice. */

export type Replay = 'fresh' | 'replayed' | 'too-many';

export interface ReplayCache {
  /** Times in milliseconds. */
  take(machineId: string, tokenId: string, goodUntil: number, now: number): Replay;
  /** Forgets what has expired. */
  sweep(now: number): void;
  readonly size: number;
}

/**
 * Tokens that one machine may have in use at a time; a token lives three minutes at most, so this is some 11 requests per
 * second without end: enough to empty a spool, too little to fill the memory with. When it is reached the machine waits,
 * and no other machine's tokens are forgotten for it: a machine with a stolen key must not push the others' out.
 */
export const MAX_LIVE_TOKENS = 2048;

export function createReplayCache(maxLive = MAX_LIVE_TOKENS): ReplayCache {
  const machines = new Map<string, Map<string, number>>();
  const expire = (tokens: Map<string, number>, now: number) => {
    for (const [tokenId, goodUntil] of tokens) if (goodUntil < now) tokens.delete(tokenId);
  };
  return {
    take: (machineId, tokenId, goodUntil, now) => {
      const tokens = machines.get(machineId) ?? new Map<string, number>();
      machines.set(machineId, tokens);
      const known = tokens.get(tokenId);
      if (known !== undefined && known >= now) return 'replayed';
      if (tokens.size >= maxLive) expire(tokens, now);
      if (tokens.size >= maxLive) return 'too-many';
      tokens.set(tokenId, goodUntil);
      return 'fresh';
    },
    sweep: (now) => {
      for (const [machineId, tokens] of machines) {
        expire(tokens, now);
        if (tokens.size === 0) machines.delete(machineId);
      }
    },
    get size() {
      return [...machines.values()].reduce((sum, tokens) => sum + tokens.size, 0);
    },
  };
}
