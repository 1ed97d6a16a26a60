/** What a listing or an export of Activity is narrowed to. */

import { type Static, Type } from 'typebox';

/** Query members of the listing and of the export. */
export const activityQuery = {
  /** An event, or all of a kind: `policy` finds `policy.published` and the rest of them. */
  event: Type.Optional(Type.String({ maxLength: 64 })),
  /** Id of a person or a machine. */
  actor: Type.Optional(Type.String({ maxLength: 64 })),
  /** Part of the text, of the event, of the id of what was changed, of the actor's name or of its address. */
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  since: Type.Optional(Type.Integer({ minimum: 0 })),
  until: Type.Optional(Type.Integer({ minimum: 0 })),
};

const Filter = Type.Object(activityQuery);
export type ActivityFilter = Static<typeof Filter>;

/** Leaves out whatever else a query holds. */
export function toActivityFilter({ event, actor, search, since, until }: ActivityFilter): ActivityFilter {
  const filter = { event, actor, search, since, until };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
