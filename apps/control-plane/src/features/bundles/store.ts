/** SQL of keys, signed policies and assignments. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { AssignmentsTable, OrganizationKeysTable, PolicyBundlesTable } from './tables.ts';

export async function findKeys(
  db: Kysely<Database>,
  organizationId: string,
): Promise<OrganizationKeysTable | undefined> {
  return await db
    .selectFrom('organization_keys')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
}

export async function insertKeys(db: Kysely<Database>, row: OrganizationKeysTable): Promise<void> {
  await db.insertInto('organization_keys').values(row).execute();
}

/** The revision in force with what is signed of it. */
export async function findRevisionInForce(db: Kysely<Database>, organizationId: string) {
  return await db
    .selectFrom('policy_heads')
    .innerJoin('policy_revisions', (join) =>
      join
        .onRef('policy_revisions.organization_id', '=', 'policy_heads.organization_id')
        .onRef('policy_revisions.revision', '=', 'policy_heads.revision'),
    )
    .innerJoin('organization', 'organization.id', 'policy_heads.organization_id')
    .select([
      'policy_revisions.revision',
      'policy_revisions.document',
      'policy_revisions.profiles',
      'policy_revisions.catalog_version',
      'policy_revisions.content_hash',
      'organization.id',
      'organization.slug',
      'organization.name',
    ])
    .where('policy_heads.organization_id', '=', organizationId)
    .executeTakeFirst();
}

export async function findPolicyBundle(
  db: Kysely<Database>,
  organizationId: string,
  revision: number,
): Promise<PolicyBundlesTable | undefined> {
  return await db
    .selectFrom('policy_bundles')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('revision', '=', revision)
    .executeTakeFirst();
}

/** Replaces what was signed before: only the revision in force is ever served. */
export async function replacePolicyBundle(db: Kysely<Database>, row: PolicyBundlesTable): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('policy_bundles')
      .where('organization_id', '=', row.organization_id)
      .where('revision', '<=', row.revision)
      .execute();
    await trx.insertInto('policy_bundles').values(row).execute();
  });
}

export async function listOrganizationsWithPolicy(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('policy_heads').select('organization_id').execute();
  return rows.map((row) => row.organization_id);
}

export async function findAssignment(
  db: Kysely<Database>,
  machineId: string,
): Promise<AssignmentsTable | undefined> {
  return await db
    .selectFrom('assignments')
    .selectAll()
    .where('machine_id', '=', machineId)
    .executeTakeFirst();
}

export async function upsertAssignment(db: Kysely<Database>, row: AssignmentsTable): Promise<void> {
  const { machine_id: _, ...changes } = row;
  await db
    .insertInto('assignments')
    .values(row)
    .onConflict((conflict) => conflict.column('machine_id').doUpdateSet(changes))
    .execute();
}

export async function setIssuedAt(db: Kysely<Database>, machineId: string, issuedAt: number): Promise<void> {
  await db
    .updateTable('assignments')
    .set({ issued_at: issuedAt })
    .where('machine_id', '=', machineId)
    .execute();
}
