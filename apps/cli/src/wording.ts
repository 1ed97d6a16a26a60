/** How numbers, times and rows are put into words. Pure. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  { ms: DAY_MS, short: 'd', long: 'day' },
  { ms: HOUR_MS, short: 'h', long: 'hour' },
  { ms: MINUTE_MS, short: 'min', long: 'minute' },
  { ms: SECOND_MS, short: 's', long: 'second' },
] as const;

const NUMBER = new Intl.NumberFormat('en');

/** `1,204` */
export const formatNumber = (count: number): string => NUMBER.format(count);

/** `1 machine`, `3 machines` */
export const formatCount = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatNumber(count)} ${count === 1 ? noun : plural}`;

/** `1 entry`, `1,234 entries` */
export const formatEntries = (count: number): string =>
  `${formatNumber(count)} ${count === 1 ? 'entry' : 'entries'}`;

function toLargestUnit(durationMs: number): { count: number; unit: (typeof UNITS)[number] } {
  const unit = UNITS.find(({ ms }) => durationMs >= ms) ?? UNITS[3];
  return { count: Math.max(0, Math.floor(durationMs / unit.ms)), unit };
}

/** `4 min`, `3 d` */
export function formatShortDuration(durationMs: number): string {
  const { count, unit } = toLargestUnit(durationMs);
  return `${count} ${unit.short}`;
}

/** `4 minutes old`, `just made` */
export function formatAge(ageMs: number): string {
  const { count, unit } = toLargestUnit(ageMs);
  return count === 0 ? 'just made' : `${formatCount(count, unit.long)} old`;
}

/** `0.2 s` */
export const formatSeconds = (durationMs: number): string => `${(durationMs / SECOND_MS).toFixed(1)} s`;

/** `2026-11-24 14:03:09`, in the time zone of the person */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/**
 * Parses `90s`, `15m`, `24h`, `7d`, `2w` into seconds; undefined when it is none of these.
 */
export function parseDurationSeconds(text: string): number | undefined {
  const [, count, unit] = /^([1-9][0-9]{0,6})(s|m|h|d|w)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit as 's' | 'm' | 'h' | 'd' | 'w'];
  return Number(count) * seconds;
}

/** Cells left-aligned in columns, three spaces apart, no blanks at the end of a line. */
export function formatColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

/** Text that came from elsewhere, fit for a terminal: control characters (a hostile name could move the cursor) as `?`. */
export const toPrintable = (text: string): string => text.replace(/\p{Cc}|\p{Cf}/gu, '?');
