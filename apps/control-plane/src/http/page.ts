/** Pages of listings: the query every listing takes, opaque cursors, and the cut of one row more than asked. */

import { Type } from 'typebox';
import { ControlPlaneError } from '../errors.ts';

/** Query members of every listing; spread them into the route's own. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
};

const DEFAULT_LIMIT = 50;

export interface PageRequest {
  /** Sort key of the last row seen, most significant part first; absent on the first page. */
  readonly after?: readonly (string | number)[];
  readonly limit: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

/**
 * @param kinds types of the parts of the sort key, as written by {@link toPage}
 * @throws ControlPlaneError REQUEST_INVALID for a cursor that is not ours
 */
export function parsePage(
  query: { readonly cursor?: string; readonly limit?: number },
  kinds: readonly ('string' | 'number')[],
): PageRequest {
  const limit = query.limit ?? DEFAULT_LIMIT;
  return query.cursor === undefined ? { limit } : { limit, after: parseCursor(query.cursor, kinds) };
}

function parseCursor(cursor: string, kinds: readonly string[]): readonly (string | number)[] {
  const refused = () => new ControlPlaneError('REQUEST_INVALID', 'cursor is not one of this listing');
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || parts.length !== kinds.length) throw refused();
    if (parts.some((part, at) => typeof part !== kinds[at])) throw refused();
    return parts as (string | number)[];
  } catch {
    throw refused();
  }
}

/** Cuts `rows`, of which `limit + 1` were read, to a page. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
  toItem: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(toItem);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, nextCursor: toCursor(keyOf(last)) };
}

/** The cursor that goes on after a place. */
export function toCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}
