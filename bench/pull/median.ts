/** The median of figures: one slow round of a busy machine does not move it. */

/** @throws when there are no figures */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('expected figures, got none');
  return (low + high) / 2;
}
