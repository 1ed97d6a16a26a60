/** An index for what was denied of one registry: most of its decisions are allowed, so that few would be sought among many. */

import { type Kysely, sql } from 'kysely';

export const deniedRegistry = {
  name: '0303-denied-registry',
  async up(db: Kysely<unknown>): Promise<void> {
    const statement = `create index decisions_denied_registry on decisions (organization_id, registry, at) where verdict = 'deny'`;
    await sql.raw(statement).execute(db);
  },
};
