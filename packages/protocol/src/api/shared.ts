/** What resources of the public API have in common: names, times, pages. Leaves the resources to the modules beside it. */

import { type TSchema, Type } from 'typebox';

/** Milliseconds since the Unix epoch. */
export const Time = Type.Integer({ minimum: 0 });
export const ModeName = Type.Union([Type.Literal('off'), Type.Literal('observe'), Type.Literal('enforce')]);
export const ActionName = Type.Union([
  Type.Literal('pull'),
  Type.Literal('push'),
  Type.Literal('delete'),
  Type.Literal('catalog'),
]);

/**
 * What people name things: one line, without control characters and without marks that turn the direction of text around, behind which
 * a name would look like another.
 */
export const Line = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]*$',
  });

/** A page of a listing; `nextCursor` is absent on the last one. Query: `cursor`, `limit` (1 to 200, default 50). */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });

/** For listings that look through so many records at a time: clients must go on although a page is empty. */
export const sparsePageOf = <T extends TSchema>(item: T) =>
  Type.Object(
    { items: Type.Array(item), nextCursor: Type.Optional(Type.String()) },
    {
      description:
        'A page may hold fewer items than asked for, even none, and have a nextCursor: so many records are looked through at a time. The last page has no nextCursor.',
    },
  );
