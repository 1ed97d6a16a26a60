/**
 * Durations as owners write them.
 *
 *     duration = number unit
 *     unit     = "s" | "m" | "h" | "d"
 *
 * A bare number is seconds.
 */

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Seconds, or `undefined` when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^([0-9]{1,9})([smhd]?)$/.exec(text);
  if (match === null) return undefined;
  const unit = UNITS.find(([name]) => name === match[2]);
  return Number(match[1]) * (unit?.[1] ?? 1);
}

/** The largest unit that leaves no remainder: 604800 becomes `7d`. */
export function formatDuration(seconds: number): string {
  const unit = UNITS.find(([, size]) => seconds % size === 0);
  return unit === undefined || seconds === 0 ? `${seconds}s` : `${seconds / unit[1]}${unit[0]}`;
}
