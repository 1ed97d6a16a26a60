/** Indexes for what Activity is looked for by. */

import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create index activity_event on activity (organization_id, event, seq)`,
  `create index activity_actor on activity (organization_id, actor_id, seq)`,
];

export const activitySearch = {
  name: '0302-activity-search',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
