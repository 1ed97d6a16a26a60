/** Parses the numbers of a point's configuration. Leaves which there are, and why so large, to the points. */

export interface NumberRange {
  /** For a key that is left out. */
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** Whole numbers within their ranges; each that is none adds a problem with its key, and gets its fallback. */
export function parseNumbers<Key extends string>(
  ranges: Readonly<Record<Key, NumberRange>>,
  source: Readonly<Record<string, unknown>>,
  problems: string[],
): Record<Key, number> {
  const keys = Object.keys(ranges) as Key[];
  const entries = keys.map((key) => {
    const { fallback, min, max } = ranges[key];
    const value = source[key] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
      return [key, value];
    problems.push(`${key}: expected a whole number from ${min} to ${max}`);
    return [key, fallback];
  });
  return Object.fromEntries(entries);
}
