/** SQL of the welcome: where the person belongs. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export async function listOrganizationIds(db: Kysely<Database>, userId: string): Promise<string[]> {
  const rows = await db.selectFrom('member').select('organizationId').where('userId', '=', userId).execute();
  return rows.map((row) => row.organizationId);
}
