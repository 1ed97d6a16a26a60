/** Words for what a change would have turned, as the console has them: attempts, by people where any are known, on registries. */

import type { Impact } from '@pullgate/protocol';
import { formatColumns, formatCount, formatNumber, toPrintable } from './wording.ts';

type Rows = Impact['denied'];

/** More would scroll the question away. */
const MAX_ROWS = 10;

/**
 * Who is concerned, each counted once: `3 people`, `2 people on 5 machines`, `1 machine` where nobody is signed in. Servers before 0.2 name
 * no people.
 */
export function formatThose(rows: Rows): string {
  const people = new Set(rows.flatMap((row) => row.people ?? [])).size;
  const machines = new Set(rows.flatMap((row) => row.machines)).size;
  if (people === 0) return formatCount(machines, 'machine');
  const named = formatCount(people, 'person', 'people');
  return machines > people ? `${named} on ${formatCount(machines, 'machine')}` : named;
}

/**
 * `effect on the last 30 days: 41 attempts by 3 people become allowed, 0 become denied`, and a line for each registry:
 * `41 attempts by 3 people on quay.io become allowed`.
 */
export function formatDraftImpact({ hours, allowed, denied }: Impact): readonly [string, ...string[]] {
  const lines = [
    ...denied.map((row) => `  ${formatRow(row)} would be denied`),
    ...allowed.map((row) => `  ${formatRow(row)} ${becomes(row.attempts)} allowed`),
  ];
  return [
    `effect on the last ${Math.round(hours / 24)} days: ${formatCount(sum(allowed), 'attempt')}${by(allowed)} ` +
      `${becomes(sum(allowed))} allowed, ${formatNumber(sum(denied))}${by(denied)} ${becomes(sum(denied))} denied`,
    ...lines.slice(0, MAX_ROWS),
    ...(lines.length > MAX_ROWS
      ? [`  and ${formatCount(lines.length - MAX_ROWS, 'more registry', 'more registries')}`]
      : []),
  ];
}

/** `In the last 24 h this would have denied 3 attempts by 1 person:` and where. */
export function formatModeImpact({ hours, attempts, denied }: Impact): readonly [string, ...string[]] {
  const start = `In the last ${hours} h this would have denied`;
  if (denied.length === 0) return [`${start} none of ${formatCount(attempts, 'attempt')}.`];
  const rows = denied
    .slice(0, MAX_ROWS)
    .map((row) => [
      `  ${toPrintable(row.registry)}`,
      formatCount(row.attempts, 'attempt'),
      toPrintable(row.machines.join(', ')),
    ]);
  const rest = denied.length - rows.length;
  return [
    `${start} ${formatCount(sum(denied), 'attempt')} by ${formatThose(denied)}:`,
    ...formatColumns(rows),
    ...(rest > 0 ? [`  and ${rest} more: pullgate decision list --denied --since ${hours}h`] : []),
  ];
}

function formatRow(row: Rows[number]): string {
  return `${formatCount(row.attempts, 'attempt')} by ${formatThose([row])} on ${toPrintable(row.registry)}`;
}

const sum = (rows: Rows): number => rows.reduce((total, row) => total + row.attempts, 0);
const by = (rows: Rows): string => (rows.length === 0 ? '' : ` by ${formatThose(rows)}`);
const becomes = (amount: number): string => (amount === 1 ? 'becomes' : 'become');
