/** Writes JSON in the one form that hashes are taken over (RFC 8785). Leaves hashing to `content-hash.ts`. */

import { BundleError } from './bundle-error.ts';

/** A policy is some 8 levels deep; a deeper value is an attempt to exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * Formats `value` as RFC 8785 does: no white space, members sorted by UTF-16 code units, numbers and strings as ECMAScript
 * writes them. Members that are `undefined` are left out, as by `JSON.stringify`.
 *
 * @throws BundleError `MALFORMED` for what JSON cannot say (not finite, function, bigint, array holes) or nesting beyond 64.
 */
export function formatCanonicalJson(value: unknown): string {
  return format(value, 0);
}

function format(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH)
    throw new BundleError('MALFORMED', `expected at most ${MAX_DEPTH} levels of nesting`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => format(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object') return formatMembers(value, depth);
  throw new BundleError('MALFORMED', `expected a JSON value, got ${typeof value}`);
}

function formatMembers(value: object, depth: number): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${format(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}
