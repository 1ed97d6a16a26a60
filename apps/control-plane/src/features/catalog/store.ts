/** SQL of imported catalogs, and of the keys that are trusted for them. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { CatalogKeysTable, OrganizationCatalogsTable } from './tables.ts';

export async function findImported(db: Kysely<Database>, organizationId: string) {
  return await db
    .selectFrom('organization_catalogs')
    .leftJoin('user', 'user.id', 'organization_catalogs.imported_by')
    .selectAll('organization_catalogs')
    .select('user.name as imported_by_name')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
}

export async function replaceImported(trx: Kysely<Database>, row: OrganizationCatalogsTable): Promise<void> {
  const { organization_id: _, ...content } = row;
  await trx
    .insertInto('organization_catalogs')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(content))
    .execute();
}

export async function deleteImported(trx: Kysely<Database>, organizationId: string): Promise<void> {
  await trx.deleteFrom('organization_catalogs').where('organization_id', '=', organizationId).execute();
}

export async function listKeys(db: Kysely<Database>, organizationId: string): Promise<CatalogKeysTable[]> {
  return await db
    .selectFrom('catalog_keys')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('created_at')
    .orderBy('fingerprint')
    .execute();
}

export async function insertKey(trx: Kysely<Database>, row: CatalogKeysTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('catalog_keys')
    .values(row)
    .onConflict((conflict) => conflict.columns(['organization_id', 'fingerprint']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function deleteKey(
  trx: Kysely<Database>,
  organizationId: string,
  fingerprint: string,
): Promise<CatalogKeysTable | undefined> {
  return await trx
    .deleteFrom('catalog_keys')
    .where('organization_id', '=', organizationId)
    .where('fingerprint', '=', fingerprint)
    .returningAll()
    .executeTakeFirst();
}
