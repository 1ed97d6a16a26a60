/** SQL of memberships. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

export interface MembershipRow {
  readonly userId: string;
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly role: string;
  readonly twoFactorEnabled: number | null;
  /** JSON list of the roles that need a second factor; null: none. */
  readonly two_factor_roles: string | null;
}

/** Where the person may do something: not where they are deactivated. */
export async function listMemberships(db: Kysely<Database>, userId: string): Promise<MembershipRow[]> {
  return await listMembershipsOf(db, [userId]);
}

export async function listMembershipsOf(
  db: Kysely<Database>,
  userIds: readonly string[],
): Promise<MembershipRow[]> {
  if (userIds.length === 0) return [];
  return await db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .innerJoin('user', 'user.id', 'member.userId')
    .leftJoin('organization_settings', 'organization_settings.organization_id', 'organization.id')
    .select([
      'member.userId',
      'organization.id',
      'organization.slug',
      'organization.name',
      'member.role',
      'user.twoFactorEnabled',
      'organization_settings.two_factor_roles',
    ])
    .where('member.userId', 'in', [...userIds])
    .where('member.deactivatedAt', 'is', null)
    .orderBy('organization.slug')
    .execute();
}
