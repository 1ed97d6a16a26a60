/** SQL of a person's own account. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

/** Who signs in with this address and a password, and the hash of that. */
export async function findCredential(db: Kysely<Database>, email: string) {
  return await db
    .selectFrom('user')
    .innerJoin('account', 'account.userId', 'user.id')
    .select(['user.id as userId', 'account.password as passwordHash'])
    .where('user.email', '=', email.toLowerCase())
    .where('account.providerId', '=', 'credential')
    .executeTakeFirst();
}

/** Organizations of the person that require single sign-on. */
export async function listEnforcing(db: Kysely<Database>, userId: string) {
  return await db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .innerJoin('organization_settings', 'organization_settings.organization_id', 'organization.id')
    .select(['organization.id', 'organization.slug', 'member.role'])
    .where('member.userId', '=', userId)
    .where('member.deactivatedAt', 'is', null)
    .where('organization_settings.sso_enforced', '=', 1)
    .execute();
}

export async function findAccount(db: Kysely<Database>, userId: string) {
  return await db
    .selectFrom('user')
    .select(['id', 'email', 'name', 'twoFactorEnabled'])
    .select((eb) =>
      eb
        .selectFrom('account')
        .select('account.id')
        .whereRef('account.userId', '=', 'user.id')
        .where('account.providerId', '=', 'credential')
        .limit(1)
        .as('credential'),
    )
    .where('id', '=', userId)
    .executeTakeFirst();
}

/** Sessions that still hold, newest first. */
export async function listSessions(db: Kysely<Database>, userId: string, now: string) {
  return await db
    .selectFrom('session')
    .select(['id', 'token', 'ipAddress', 'userAgent', 'createdAt', 'expiresAt'])
    .where('userId', '=', userId)
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute();
}

export async function listMachinesOf(db: Kysely<Database>, userId: string) {
  return await db
    .selectFrom('machine_sessions')
    .innerJoin('machines', 'machines.id', 'machine_sessions.machine_id')
    .select(['machine_sessions.session_id', 'machines.id', 'machines.name', 'machine_sessions.login'])
    .where('machine_sessions.user_id', '=', userId)
    .execute();
}
