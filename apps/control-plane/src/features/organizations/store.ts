/** SQL of organizations and their settings. An organization without a row of settings has the defaults. */

import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { Role } from '../../http/principal.ts';

type Db = Kysely<Database>;

export interface Settings {
  readonly twoFactorRoles: readonly Role[];
  readonly ssoEnforced: boolean;
}

/** Organizations with the person's place in each. */
const placesOf = (db: Db, userId: string) =>
  db
    .selectFrom('organization')
    .innerJoin('member', 'member.organizationId', 'organization.id')
    .leftJoin('organization_settings', 'organization_settings.organization_id', 'organization.id')
    .leftJoin('organization_keys', 'organization_keys.organization_id', 'organization.id')
    .select([
      'organization.id',
      'organization.slug',
      'organization.name',
      'organization.createdAt',
      'member.role',
      'organization_settings.two_factor_roles',
      'organization_settings.sso_enforced',
      'organization_keys.fingerprint',
    ])
    .where('member.userId', '=', userId)
    .where('member.deactivatedAt', 'is', null);

export type OrganizationRow = Awaited<ReturnType<ReturnType<typeof placesOf>['execute']>>[number];

export async function listOrganizations(
  db: Db,
  userId: string,
  { only, after, limit }: { readonly only?: string; readonly after?: string; readonly limit: number },
): Promise<OrganizationRow[]> {
  return await placesOf(db, userId)
    .$if(only !== undefined, (query) => query.where('organization.id', '=', only ?? ''))
    .$if(after !== undefined, (query) => query.where('organization.slug', '>', after ?? ''))
    .orderBy('organization.slug')
    .limit(limit)
    .execute();
}

export async function findOrganization(
  db: Db,
  userId: string,
  organizationId: string,
): Promise<OrganizationRow | undefined> {
  return await placesOf(db, userId).where('organization.id', '=', organizationId).executeTakeFirst();
}

export async function isSlugTaken(trx: Transaction<Database>, slug: string): Promise<boolean> {
  const row = await trx.selectFrom('organization').select('id').where('slug', '=', slug).executeTakeFirst();
  return row !== undefined;
}

export async function hasSingleSignOn(trx: Transaction<Database>, organizationId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('sso_connections')
    .select('organization_id')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Active members whom requiring a second factor, or no longer requiring it, concerns. */
export async function listWithoutSecondFactor(
  db: Kysely<Database>,
  organizationId: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.userId')
    .select('user.id')
    .where('member.organizationId', '=', organizationId)
    .where('member.deactivatedAt', 'is', null)
    .where((eb) => eb.or([eb('user.twoFactorEnabled', 'is', null), eb('user.twoFactorEnabled', '=', 0)]))
    .execute();
  return rows.map(({ id }) => id);
}

export async function saveSettings(
  trx: Transaction<Database>,
  organizationId: string,
  { twoFactorRoles, ssoEnforced }: Settings,
  at: number,
): Promise<void> {
  const values = {
    two_factor_roles: JSON.stringify(twoFactorRoles),
    sso_enforced: ssoEnforced ? 1 : 0,
    updated_at: at,
  };
  await trx
    .insertInto('organization_settings')
    .values({ organization_id: organizationId, ...values })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(values))
    .execute();
}

export function toSettings(row: {
  readonly two_factor_roles: string | null;
  readonly sso_enforced: number | null;
}): Settings {
  const { two_factor_roles: roles, sso_enforced: enforced } = row;
  return { twoFactorRoles: roles === null ? [] : (JSON.parse(roles) as Role[]), ssoEnforced: enforced === 1 };
}
