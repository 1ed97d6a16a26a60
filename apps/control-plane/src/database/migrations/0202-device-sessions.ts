/** Sessions say whether the device flow made them: those end when the device signs out. */

import { type Kysely, sql } from 'kysely';

export const deviceSessions = {
  name: '0202-device-sessions',
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table "session" add column "madeBy" text').execute(db);
  },
};
