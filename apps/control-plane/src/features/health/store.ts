/** SQL of readiness: one read that needs the database and the tables. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export async function probe(db: Kysely<Database>): Promise<void> {
  await db.selectFrom('organization').select('id').limit(1).execute();
}
