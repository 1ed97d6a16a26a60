/** SQL of memberships. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export interface MembershipRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly role: string;
}

export async function listMemberships(db: Kysely<Database>, userId: string): Promise<MembershipRow[]> {
  return await db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .select(['organization.id', 'organization.slug', 'organization.name', 'member.role'])
    .where('member.userId', '=', userId)
    .orderBy('organization.slug')
    .execute();
}
