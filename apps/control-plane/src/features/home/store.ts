/** SQL of the first page: what is in force where the person belongs. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export async function listInForce(db: Kysely<Database>, userId: string) {
  return await db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .innerJoin('policy_heads', 'policy_heads.organization_id', 'organization.id')
    .innerJoin('policy_revisions', (join) =>
      join
        .onRef('policy_revisions.organization_id', '=', 'policy_heads.organization_id')
        .onRef('policy_revisions.revision', '=', 'policy_heads.revision'),
    )
    .select([
      'organization.slug',
      'organization.name',
      'member.role',
      'policy_revisions.mode',
      'policy_revisions.revision',
    ])
    .where('member.userId', '=', userId)
    .where('member.deactivatedAt', 'is', null)
    .orderBy('organization.slug')
    .execute();
}
