/** Which sequence numbers of one decision log have arrived: a high-water mark, and the gaps below it. Pure. */

export interface SeqRange {
  readonly from: number;
  readonly to: number;
}

export interface LogMark {
  /** Highest number received; 0 before any. */
  readonly high: number;
  /** Numbers below `high` that were not received: ascending, apart. */
  readonly gaps: readonly SeqRange[];
}

export const EMPTY_MARK: LogMark = { high: 0, gaps: [] };

/**
 * Ranges kept per log. A machine with a stolen key could leave a gap at every other number; past this the oldest two are
 * joined, so that the range between them may name some numbers that did arrive, and none that is missing goes unnamed.
 */
export const MAX_GAPS = 100;

/** Takes numbers in any order. `fresh` are those that count: above the mark, or in a gap, and each but once. */
export function takeSeqs(
  mark: LogMark,
  seqs: readonly number[],
): { readonly mark: LogMark; readonly fresh: ReadonlySet<number> } {
  const fresh = new Set<number>();
  let { high } = mark;
  let gaps = [...mark.gaps];
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    if (seq > high) {
      if (seq > high + 1) gaps.push({ from: high + 1, to: seq - 1 });
      high = seq;
      fresh.add(seq);
      continue;
    }
    const at = gaps.findIndex((gap) => gap.from <= seq && seq <= gap.to);
    const gap = gaps[at];
    if (gap === undefined) continue;
    gaps = gaps.toSpliced(at, 1, ...without(gap, seq));
    fresh.add(seq);
  }
  return { mark: { high, gaps: bounded(gaps) }, fresh };
}

function without({ from, to }: SeqRange, seq: number): SeqRange[] {
  return [
    { from, to: seq - 1 },
    { from: seq + 1, to },
  ].filter((range) => range.from <= range.to);
}

function bounded(gaps: readonly SeqRange[]): readonly SeqRange[] {
  const excess = gaps.length - MAX_GAPS;
  const [first] = gaps;
  const last = gaps[excess];
  if (excess <= 0 || first === undefined || last === undefined) return gaps;
  return [{ from: first.from, to: last.to }, ...gaps.slice(excess + 1)];
}
