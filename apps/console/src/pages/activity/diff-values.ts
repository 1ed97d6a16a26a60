/** Two values of the record as rows of a table: a field, what it was, what it is. Pure. */

import { activityTexts } from '#texts/activity.ts';

const words = activityTexts.detail;

export interface ValueRow {
  readonly field: string;
  /** Undefined where there was none. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Fields that differ; those that stayed tell nothing about the change. */
export function diffValues(before: unknown, after: unknown): readonly ValueRow[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((row) => row.before !== row.after);
}

function fieldsOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([[path, toWords(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [
      ...fieldsOf(inner, path === '' ? name : `${path}.${name}`),
    ]),
  );
}

function toWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (!Array.isArray(value)) return String(value);
  if (value.length === 0) return words.emptyList;
  const isPlain = value.every((item) => typeof item !== 'object');
  return value.map((item) => (isPlain ? String(item) : JSON.stringify(item))).join(isPlain ? ', ' : '\n');
}
