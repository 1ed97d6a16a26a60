/** SQL of a check: the people it may be made for. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

/** A person of the organization, by id or e-mail address. */
export async function findMember(
  db: Kysely<Database>,
  organizationId: string,
  who: string,
): Promise<{ readonly id: string } | undefined> {
  return await db
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.userId')
    .select('user.id')
    .where('member.organizationId', '=', organizationId)
    .where((eb) => eb.or([eb('user.id', '=', who), eb('user.email', '=', who.toLowerCase())]))
    .executeTakeFirst();
}
