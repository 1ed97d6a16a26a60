/** Reads single values of an untrusted document and reports each that is not what was expected. Knows no field of the policy. */

import { quote } from '@pullgate/errors';
import type { PolicyProblemCode } from './errors.ts';
import { nearestWord } from './nearest-word.ts';
import { joinPath } from './read-yaml.ts';

/** Where a validator stands: the path, and how to report a problem there. */
export interface Check {
  readonly path: string;
  report(code: PolicyProblemCode, message: string): void;
  /** The check of a key or of a list item below. */
  at(key: string | number): Check;
}

export function createCheck(
  path: string,
  report: (code: PolicyProblemCode, path: string, message: string) => void,
): Check {
  return {
    path,
    report: (code, message) => report(code, path, message),
    at: (key) => createCheck(typeof key === 'number' ? `${path}[${key}]` : joinPath(path, key), report),
  };
}

/** Whoever has more unknown keys in one place sent another kind of document. */
const MAX_UNKNOWN_KEYS = 50;

/** A parser of this project's own: throws when the text is not what it reads. */
type Parse = (text: string) => unknown;

export type Fields = Readonly<Record<string, unknown>>;

/** An object with known keys only; a key that is not known is reported with the nearest one that is. */
export function readFields(value: unknown, keys: readonly string[], check: Check): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    check.report('WRONG_TYPE', `expected fields, got ${nameOf(value)}`);
    return {};
  }
  const unknown = Object.keys(value).filter((key) => !keys.includes(key));
  for (const key of unknown.slice(0, MAX_UNKNOWN_KEYS)) {
    const nearest = nearestWord(key, keys);
    const advice = nearest === undefined ? `known are ${keys.join(', ')}` : `did you mean ${quote(nearest)}?`;
    check.at(key).report('UNKNOWN_KEY', `unknown key ${quote(key)}: ${advice}`);
  }
  if (unknown.length > MAX_UNKNOWN_KEYS) check.report('UNKNOWN_KEY', `${unknown.length} unknown keys in all`);
  return value as Fields;
}

/** A list, each item read by `read`; items that could not be read are left out. */
export function readList<T>(
  value: unknown,
  check: Check,
  read: (item: unknown, check: Check) => T | undefined,
): T[] {
  if (!Array.isArray(value)) {
    check.report('WRONG_TYPE', `expected a list, got ${nameOf(value)}`);
    return [];
  }
  return value.map((item, index) => read(item, check.at(index))).filter((item) => item !== undefined);
}

/** A limit of a rule: absent means everything, so an empty list is refused as ambiguous. */
export function readLimit<T>(
  value: unknown,
  check: Check,
  read: (item: unknown, check: Check) => T | undefined,
): T[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length === 0) {
    check.report('EMPTY_LIST', 'expected at least one item: leave the key out when everything is meant');
  }
  return readList(value, check, read);
}

export function readText(value: unknown, check: Check): string | undefined {
  if (typeof value === 'string') return value;
  const hint = typeof value === 'number' || typeof value === 'boolean' ? ': write it in quotes' : '';
  check.report('WRONG_TYPE', `expected text, got ${nameOf(value)}${hint}`);
  return undefined;
}

/** Text for people: one line of at most `maxLength` characters, without control characters and marks that turn its direction around. */
export function readLine(value: unknown, maxLength: number, check: Check): string | undefined {
  const text = readText(value, check);
  if (text === undefined) return undefined;
  if (text === '' || text.length > maxLength || /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u.test(text)) {
    check.report('BAD_TEXT', `expected one line of 1 to ${maxLength} characters, got ${quote(text)}`);
    return undefined;
  }
  return text;
}

export function readBoolean(value: unknown, check: Check): boolean | undefined {
  if (typeof value === 'boolean') return value;
  check.report('WRONG_TYPE', `expected true or false, got ${nameOf(value)}`);
  return undefined;
}

export function readOneOf<const T extends string>(
  value: unknown,
  words: readonly T[],
  check: Check,
): T | undefined {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  const got = typeof value === 'string' ? quote(value) : nameOf(value);
  check.report(
    typeof value === 'string' ? 'BAD_VALUE' : 'WRONG_TYPE',
    `expected ${words.join(' or ')}, got ${got}`,
  );
  return undefined;
}

/** Text that `parse` accepts; the document keeps it as the owner wrote it. */
export function readParsed(
  value: unknown,
  code: PolicyProblemCode,
  parse: Parse,
  check: Check,
): string | undefined {
  const text = readText(value, check);
  if (text === undefined) return undefined;
  try {
    parse(text);
    return text;
  } catch (error) {
    check.report(code, error instanceof Error ? error.message : `not accepted: ${quote(text)}`);
    return undefined;
  }
}

/** Reads a field that may be left out. */
export function optional<T>(value: unknown, read: (value: unknown) => T | undefined): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** The fields of `T`, those that may be undefined as optional ones. */
type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined fields, as `exactOptionalPropertyTypes` and canonical JSON want it. */
export function compact<T extends object>(fields: T): Compact<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Compact<T>;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'fields';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
