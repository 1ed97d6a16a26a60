/** SQL of connections to identity providers, and of what a sign-in looks up. */

import type { Kysely, Transaction } from 'kysely';
import type { SsoConnectionsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';

type Db = Kysely<Database>;
type Trx = Transaction<Database>;

export async function findConnection(
  db: Db,
  organizationId: string,
): Promise<SsoConnectionsTable | undefined> {
  return await db
    .selectFrom('sso_connections')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
}

/** A connection by the name that its callback address has. */
export async function findByProvider(db: Db, providerId: string) {
  return await db
    .selectFrom('sso_connections')
    .innerJoin('organization', 'organization.id', 'sso_connections.organization_id')
    .selectAll('sso_connections')
    .select('organization.name as organization_name')
    .where('provider_id', '=', providerId)
    .executeTakeFirst();
}
export type ConnectionRow = NonNullable<Awaited<ReturnType<typeof findByProvider>>>;

/** The connection of the organization that proved this domain. */
export async function findByDomain(db: Db, domain: string): Promise<ConnectionRow | undefined> {
  return await db
    .selectFrom('sso_domains')
    .innerJoin('sso_connections', 'sso_connections.organization_id', 'sso_domains.organization_id')
    .innerJoin('organization', 'organization.id', 'sso_connections.organization_id')
    .selectAll('sso_connections')
    .select('organization.name as organization_name')
    .where('sso_domains.domain', '=', domain)
    .where('sso_domains.verified_at', 'is not', null)
    .executeTakeFirst();
}

export async function putConnection(trx: Trx, row: SsoConnectionsTable): Promise<void> {
  const { organization_id: _id, created_at: _created, ...changed } = row;
  await trx
    .insertInto('sso_connections')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(changed))
    .execute();
}

export async function deleteConnection(trx: Trx, organizationId: string): Promise<void> {
  await trx.deleteFrom('sso_connections').where('organization_id', '=', organizationId).execute();
  // Enforced without a provider, nobody but owners could come in.
  await trx
    .updateTable('organization_settings')
    .set({ sso_enforced: 0 })
    .where('organization_id', '=', organizationId)
    .execute();
}

/** The person whose account at this provider it is. */
export async function findLinked(trx: Trx, providerId: string, subject: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('account')
    .select('userId')
    .where('providerId', '=', providerId)
    .where('accountId', '=', subject)
    .executeTakeFirst();
  return row?.userId;
}

export async function findUserByEmail(trx: Trx, email: string): Promise<string | undefined> {
  const row = await trx.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst();
  return row?.id;
}
