import { describe, expect, it } from 'vitest';
import { createReplayCache } from './replay-cache.ts';

describe('the replay cache', () => {
  it('takes a token once while it is good, and each machine has its own', () => {
    const cache = createReplayCache();
    expect(cache.take('m1', 'a', 100, 0)).toBe('fresh');
    expect(cache.take('m1', 'a', 100, 100)).toBe('replayed');
    expect(cache.take('m2', 'a', 100, 0)).toBe('fresh');
  });

  it('is bounded per machine and never forgets a token that is good', () => {
    const cache = createReplayCache(3);
    for (const token of ['a', 'b', 'c']) cache.take('m1', token, 100, 0);
    expect(cache.take('m1', 'd', 100, 50)).toBe('too-many');
    expect(cache.take('m1', 'a', 100, 50)).toBe('replayed');
    expect(cache.take('m2', 'd', 100, 50)).toBe('fresh');
    expect(cache.take('m1', 'd', 300, 101)).toBe('fresh');
    expect(cache.size).toBe(2);
  });

  it('forgets what has expired', () => {
    const cache = createReplayCache();
    cache.take('m1', 'a', 100, 0);
    cache.take('m2', 'a', 200, 0);
    cache.sweep(150);
    expect(cache.size).toBe(1);
  });
});
