/** SQL of SCIM: our half of the connection, and reads of what the plugin and the organization keep. */

import type { GroupMapping } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { isRole, type Role } from '../../http/principal.ts';

export interface Connection {
  readonly connectionId: string;
  readonly mappings: readonly GroupMapping[];
  readonly createdAt: number;
}

export async function findConnection(
  db: Kysely<Database>,
  organizationId: string,
): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('scim_connections')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    connectionId: row.connection_id,
    mappings: JSON.parse(row.mappings) as GroupMapping[],
    createdAt: Number(row.created_at),
  };
}

export async function keepConnection(
  trx: Transaction<Database>,
  organizationId: string,
  { connectionId, mappings, createdAt }: Connection,
): Promise<void> {
  const text = JSON.stringify(mappings);
  await trx
    .insertInto('scim_connections')
    .values({
      organization_id: organizationId,
      connection_id: connectionId,
      mappings: text,
      created_at: createdAt,
    })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet({ mappings: text }))
    .execute();
}

export async function dropConnection(trx: Transaction<Database>, organizationId: string): Promise<void> {
  await trx.deleteFrom('scim_connections').where('organization_id', '=', organizationId).execute();
}

export async function countResources(
  db: Kysely<Database>,
  organizationId: string,
): Promise<{ readonly users: number; readonly groups: number }> {
  const count = async (table: 'scimUser' | 'scimGroup') => {
    const row = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as('n'))
      .where('provisioningDomainId', '=', organizationId)
      .executeTakeFirstOrThrow();
    return Number(row.n);
  };
  return { users: await count('scimUser'), groups: await count('scimGroup') };
}

export interface Place {
  readonly role: Role;
  readonly deactivated: boolean;
  readonly teams: readonly string[];
}

/** The person's place in the organization. */
export async function findPlace(
  db: Kysely<Database>,
  organizationId: string,
  userId: string,
): Promise<Place | undefined> {
  const member = await db
    .selectFrom('member')
    .select(['role', 'deactivatedAt'])
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .executeTakeFirst();
  if (member === undefined) return undefined;
  const teams = await db
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select('team.slug')
    .where('team.organizationId', '=', organizationId)
    .where('teamMember.userId', '=', userId)
    .execute();
  return {
    // A role that is none of ours gives nothing.
    role: isRole(member.role) ? member.role : 'member',
    deactivated: member.deactivatedAt !== null,
    teams: teams.map(({ slug }) => slug),
  };
}

/** Whether the person has a place in another organization of this server. */
export async function isElsewhere(
  db: Kysely<Database>,
  organizationId: string,
  userId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('member')
    .select('id')
    .where('userId', '=', userId)
    .where('organizationId', '!=', organizationId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function hasVerified(
  db: Kysely<Database>,
  organizationId: string,
  domain: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('sso_domains')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('domain', '=', domain)
    .where('verified_at', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findAccount(
  db: Kysely<Database>,
  email: string,
): Promise<{ readonly id: string } | undefined> {
  return await db.selectFrom('user').select('id').where('email', '=', email.toLowerCase()).executeTakeFirst();
}

export async function emailOf(db: Kysely<Database>, userId: string): Promise<string | undefined> {
  return (await db.selectFrom('user').select('email').where('id', '=', userId).executeTakeFirst())?.email;
}

/** The person of a SCIM resource, as they are before a request changes them. */
export async function findProvisioned(db: Kysely<Database>, scimUserId: string) {
  return await db
    .selectFrom('scimUser')
    .innerJoin('user', 'user.id', 'scimUser.userId')
    .select(['user.id as userId', 'user.email', 'scimUser.active'])
    .where('scimUser.id', '=', scimUserId)
    .executeTakeFirst();
}

/** Accounts of people whom a directory deleted under this `externalId`. */
export async function findDeleted(db: Kysely<Database>, externalId: string) {
  return await db
    .selectFrom('scimIdentityTombstone')
    .innerJoin('user', 'user.id', 'scimIdentityTombstone.userId')
    .select(['user.id as userId', 'user.email'])
    .where('scimIdentityTombstone.externalId', '=', externalId)
    .execute();
}
