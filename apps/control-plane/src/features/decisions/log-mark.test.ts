import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_MARK, MAX_GAPS, takeSeqs } from './log-mark.ts';

const missingOf = (gaps: readonly { from: number; to: number }[]) =>
  gaps.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at));

describe('the mark of a decision log', () => {
  it.each([
    ['the first records', [1, 2, 3], { high: 3, gaps: [] }],
    ['a log whose beginning was lost', [4, 5], { high: 5, gaps: [{ from: 1, to: 3 }] }],
    ['a hole', [1, 2, 5], { high: 5, gaps: [{ from: 3, to: 4 }] }],
    ['any order', [5, 1, 2], { high: 5, gaps: [{ from: 3, to: 4 }] }],
  ])('shows %s', (_name, seqs, mark) => {
    expect(takeSeqs(EMPTY_MARK, seqs).mark).toEqual(mark);
  });

  it('splits and fills gaps as late records come', () => {
    const first = takeSeqs(EMPTY_MARK, [10]).mark;
    const split = takeSeqs(first, [5]);
    expect(split.mark.gaps).toEqual([
      { from: 1, to: 4 },
      { from: 6, to: 9 },
    ]);
    expect(split.fresh).toEqual(new Set([5]));
    expect(takeSeqs(split.mark, [1, 2, 3, 4, 6, 7, 8, 9]).mark).toEqual({ high: 10, gaps: [] });
  });

  it('counts each number once, in whatever batches and order, and names what is missing', () => {
    const batches = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(batches, (all) => {
        const counts = new Map<number, number>();
        let mark = EMPTY_MARK;
        for (const batch of all) {
          const taken = takeSeqs(mark, batch);
          mark = taken.mark;
          for (const seq of taken.fresh) counts.set(seq, (counts.get(seq) ?? 0) + 1);
        }
        const sent = new Set(all.flat());
        expect([...counts.keys()].sort()).toEqual([...sent].sort());
        expect([...counts.values()].every((count) => count === 1)).toBe(true);
        expect(mark.high).toBe(Math.max(...sent));
        const missing = Array.from({ length: mark.high }, (_, at) => at + 1).filter((seq) => !sent.has(seq));
        expect(missingOf(mark.gaps)).toEqual(missing);
      }),
    );
  });

  it('stays bounded under a machine that leaves out every other number, and hides nothing', () => {
    const odd = Array.from({ length: 1000 }, (_, at) => 2 * at + 1);
    const { gaps } = takeSeqs(EMPTY_MARK, odd).mark;
    expect(gaps).toHaveLength(MAX_GAPS);
    const named = new Set(missingOf(gaps));
    expect(odd.slice(0, -1).every((seq) => named.has(seq + 1))).toBe(true);
  });
});
