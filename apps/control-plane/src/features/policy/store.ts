/** SQL of published revisions, and of the one row per organization that says which is in force. Revisions are only ever added. */

import type { Kysely } from 'kysely';
import type { Database, PolicyRevisionsTable } from '../../database/schema.ts';

export type RevisionRow = PolicyRevisionsTable & { readonly published_by_name: string | null };

const revisions = (db: Kysely<Database>) =>
  db
    .selectFrom('policy_revisions')
    .leftJoin('user', 'user.id', 'policy_revisions.published_by')
    .selectAll('policy_revisions')
    .select('user.name as published_by_name');

export async function findRevision(
  db: Kysely<Database>,
  organizationId: string,
  revision: number,
): Promise<RevisionRow | undefined> {
  return await revisions(db)
    .where('organization_id', '=', organizationId)
    .where('revision', '=', revision)
    .executeTakeFirst();
}

/** The revision in force. */
export async function findPublished(
  db: Kysely<Database>,
  organizationId: string,
): Promise<RevisionRow | undefined> {
  return await revisions(db)
    .innerJoin('policy_heads', (join) =>
      join
        .onRef('policy_heads.organization_id', '=', 'policy_revisions.organization_id')
        .onRef('policy_heads.revision', '=', 'policy_revisions.revision'),
    )
    .where('policy_revisions.organization_id', '=', organizationId)
    .executeTakeFirst();
}

/** The revision in force, without its document. */
export async function findInForce(db: Kysely<Database>, organizationId: string) {
  return await db
    .selectFrom('policy_revisions')
    .innerJoin('policy_heads', (join) =>
      join
        .onRef('policy_heads.organization_id', '=', 'policy_revisions.organization_id')
        .onRef('policy_heads.revision', '=', 'policy_revisions.revision'),
    )
    .select(['policy_revisions.revision', 'policy_revisions.mode', 'policy_revisions.published_at'])
    .where('policy_revisions.organization_id', '=', organizationId)
    .executeTakeFirst();
}

/** Newest first, without the documents. */
export async function listRevisions(
  db: Kysely<Database>,
  organizationId: string,
  before: number | undefined,
  limit: number,
) {
  return await db
    .selectFrom('policy_revisions')
    .leftJoin('user', 'user.id', 'policy_revisions.published_by')
    .select([
      'revision',
      'published_at',
      'published_by',
      'user.name as published_by_name',
      'comment',
      'rollback_of',
      'changes',
    ])
    .where('organization_id', '=', organizationId)
    .$if(before !== undefined, (query) => query.where('revision', '<', before ?? 0))
    .orderBy('revision', 'desc')
    .limit(limit)
    .execute();
}

export async function insertRevision(trx: Kysely<Database>, row: PolicyRevisionsTable): Promise<void> {
  await trx.insertInto('policy_revisions').values(row).execute();
}

/** Puts a revision in force; false when another one was published since `from`. */
export async function moveHead(
  trx: Kysely<Database>,
  organizationId: string,
  from: number,
  to: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('policy_heads')
    .set({ revision: to })
    .where('organization_id', '=', organizationId)
    .where('revision', '=', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function insertHead(
  trx: Kysely<Database>,
  organizationId: string,
  revision: number,
): Promise<void> {
  await trx.insertInto('policy_heads').values({ organization_id: organizationId, revision }).execute();
}
