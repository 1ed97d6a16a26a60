/** SQL of drafts: one per organization, changed only by whoever knows its version. */

import type { Kysely } from 'kysely';
import type { Database, PolicyDraftsTable } from '../../database/schema.ts';

export type DraftRow = PolicyDraftsTable & { readonly updated_by_name: string | null };

export async function findDraft(db: Kysely<Database>, organizationId: string): Promise<DraftRow | undefined> {
  return await db
    .selectFrom('policy_drafts')
    .leftJoin('user', 'user.id', 'policy_drafts.updated_by')
    .selectAll('policy_drafts')
    .select('user.name as updated_by_name')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
}

export async function insertDraft(trx: Kysely<Database>, row: PolicyDraftsTable): Promise<void> {
  await trx.insertInto('policy_drafts').values(row).execute();
}

/** Replaces the draft and raises its version; false when it is no longer `version`. */
export async function replaceDraft(
  trx: Kysely<Database>,
  organizationId: string,
  version: number,
  content: Omit<PolicyDraftsTable, 'organization_id' | 'version'>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('policy_drafts')
    .set({ ...content, version: version + 1 })
    .where('organization_id', '=', organizationId)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
