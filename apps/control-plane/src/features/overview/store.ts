/** SQL of the overview: what no other feature counts. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export async function countPeople(db: Kysely<Database>, organizationId: string) {
  const { active, everyone } = await db
    .selectFrom('member')
    .select((eb) => [
      eb.fn.countAll().as('everyone'),
      eb.fn.countAll().filterWhere('deactivatedAt', 'is', null).as('active'),
    ])
    .where('organizationId', '=', organizationId)
    .executeTakeFirstOrThrow();
  return { active: Number(active), deactivated: Number(everyone) - Number(active) };
}
