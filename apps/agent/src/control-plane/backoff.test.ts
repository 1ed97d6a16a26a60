import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBackoff } from './backoff.ts';

describe('createBackoff', () => {
  it('doubles its ceiling up to the limit, and begins again after success', () => {
    const backoff = createBackoff({ baseMs: 100, maxMs: 1_000, random: () => 0.999_999 });
    expect(Array.from({ length: 6 }, () => backoff.nextMs())).toEqual([99, 199, 399, 799, 999, 999]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(99);
  });

  it('stays between nothing and the limit for ever', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }), { maxLength: 2_000 }),
        (draws) => {
          let draw = 0;
          const backoff = createBackoff({ baseMs: 10, maxMs: 500, random: () => draws[draw] ?? 0 });
          for (draw = 0; draw < draws.length; draw += 1) {
            const waitMs = backoff.nextMs();
            expect(waitMs >= 0 && waitMs < 500).toBe(true);
          }
        },
      ),
    );
  });
});
