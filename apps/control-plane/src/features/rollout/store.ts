/** SQL of rollouts. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export async function findPublication(
  db: Kysely<Database>,
  organizationId: string,
  revision: number | undefined,
) {
  return await db
    .selectFrom('policy_revisions')
    .innerJoin('policy_heads', 'policy_heads.organization_id', 'policy_revisions.organization_id')
    .select(['policy_revisions.revision', 'policy_revisions.published_at'])
    .where('policy_revisions.organization_id', '=', organizationId)
    .where((eb) =>
      revision === undefined
        ? eb('policy_revisions.revision', '=', eb.ref('policy_heads.revision'))
        : eb('policy_revisions.revision', '=', revision),
    )
    .executeTakeFirst();
}

/** What every machine that counts has in force. */
export async function listPositions(db: Kysely<Database>, organizationId: string) {
  return await db
    .selectFrom('machines')
    .select([
      'id',
      'name',
      'policy_revision',
      'acknowledged_at',
      'last_seen_at',
      'rejected_at',
      'rejected_code',
      'enrolled_at',
    ])
    .where('organization_id', '=', organizationId)
    .where('revoked_at', 'is', null)
    .where('forgotten_at', 'is', null)
    .execute();
}
