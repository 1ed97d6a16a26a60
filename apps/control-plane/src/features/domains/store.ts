/** SQL of claimed domains. */

import type { Kysely, Transaction } from 'kysely';
import type { SsoDomainsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';

export async function listDomains(db: Kysely<Database>, organizationId: string): Promise<SsoDomainsTable[]> {
  return await db
    .selectFrom('sso_domains')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('domain')
    .execute();
}

export async function findDomain(
  db: Kysely<Database>,
  organizationId: string,
  by: { readonly id: string } | { readonly domain: string },
): Promise<SsoDomainsTable | undefined> {
  const query = db.selectFrom('sso_domains').selectAll().where('organization_id', '=', organizationId);
  return await ('id' in by
    ? query.where('id', '=', by.id)
    : query.where('domain', '=', by.domain)
  ).executeTakeFirst();
}

/** The organization that proved this domain. */
export async function findVerifiedOwner(
  db: Kysely<Database>,
  domain: string,
): Promise<{ organization_id: string } | undefined> {
  return await db
    .selectFrom('sso_domains')
    .select('organization_id')
    .where('domain', '=', domain)
    .where('verified_at', 'is not', null)
    .executeTakeFirst();
}

export async function insertDomain(trx: Transaction<Database>, row: SsoDomainsTable): Promise<void> {
  await trx.insertInto('sso_domains').values(row).execute();
}

export async function markVerified(trx: Transaction<Database>, id: string, at: number): Promise<void> {
  await trx.updateTable('sso_domains').set({ verified_at: at }).where('id', '=', id).execute();
}

export async function deleteDomain(
  trx: Transaction<Database>,
  organizationId: string,
  id: string,
): Promise<SsoDomainsTable | undefined> {
  return await trx
    .deleteFrom('sso_domains')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}
