/** SQL of members. Their rows belong to better-auth and are only read here; what hangs on a membership is ours to end. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { ApiTokensTable, Database, MemberTable } from '../../database/schema.ts';

type Db = Kysely<Database>;
type Trx = Transaction<Database>;

export type PlaceRow = MemberTable;

interface PersonIn {
  readonly organizationId: string;
  readonly userId: string;
}

export async function findPlace(db: Db, { organizationId, userId }: PersonIn): Promise<PlaceRow | undefined> {
  return await db
    .selectFrom('member')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .executeTakeFirst();
}

export async function isActiveMember(db: Db, person: PersonIn): Promise<boolean> {
  return (await findPlace(db, person))?.deactivatedAt === null;
}

/** Active owners besides this person. */
export async function countOtherOwners(trx: Trx, { organizationId, userId }: PersonIn): Promise<number> {
  const { owners } = await trx
    .selectFrom('member')
    .select((eb) => eb.fn.countAll().as('owners'))
    .where('organizationId', '=', organizationId)
    .where('userId', '!=', userId)
    .where('role', '=', 'owner')
    .where('deactivatedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(owners);
}

export async function isActiveSomewhere(trx: Trx, userId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('member')
    .select('id')
    .where('userId', '=', userId)
    .where('deactivatedAt', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface TeamRef {
  readonly id: string;
  readonly slug: string;
}

export async function listTeams(db: Db, organizationId: string): Promise<TeamRef[]> {
  return await db
    .selectFrom('team')
    .select(['id', 'slug'])
    .where('organizationId', '=', organizationId)
    .orderBy('slug')
    .execute();
}

export async function listTeamsOf(db: Db, { organizationId, userId }: PersonIn): Promise<TeamRef[]> {
  return await db
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['team.id', 'team.slug'])
    .where('team.organizationId', '=', organizationId)
    .where('teamMember.userId', '=', userId)
    .orderBy('team.slug')
    .execute();
}

export async function revokeTokens(
  trx: Trx,
  { organizationId, userId }: PersonIn,
  at: number,
): Promise<ApiTokensTable[]> {
  return await trx
    .updateTable('api_tokens')
    .set({ revoked_at: at })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .execute();
}

export async function endMachineSessions(trx: Trx, { organizationId, userId }: PersonIn): Promise<void> {
  await trx
    .deleteFrom('machine_sessions')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute();
}

export async function clearHolder(trx: Trx, { organizationId, userId }: PersonIn): Promise<void> {
  await trx
    .updateTable('machines')
    .set({ holder_id: null })
    .where('organization_id', '=', organizationId)
    .where('holder_id', '=', userId)
    .execute();
}

const people = (db: Db, organizationId: string) =>
  db
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.userId')
    .selectAll('member')
    .select(['user.name', 'user.email', 'user.twoFactorEnabled'])
    .where('member.organizationId', '=', organizationId);

export type MemberRow = Awaited<ReturnType<ReturnType<typeof people>['execute']>>[number];

export async function findMember(
  db: Db,
  { organizationId, userId }: PersonIn,
): Promise<MemberRow | undefined> {
  return await people(db, organizationId).where('member.userId', '=', userId).executeTakeFirst();
}

export interface MemberFilter {
  /** A part of the name or of the address. */
  readonly search?: string;
  /** Slug of a team that they are in. */
  readonly team?: string;
  readonly role?: string;
  readonly state?: 'active' | 'deactivated';
  readonly twoFactor?: boolean;
}

/** By e-mail address, which is unique. */
export async function listMembers(
  db: Db,
  organizationId: string,
  { search, team, role, state, twoFactor }: MemberFilter,
  after: string | undefined,
  limit: number,
): Promise<MemberRow[]> {
  const pattern = `%${(search ?? '').toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return await people(db, organizationId)
    .$if(after !== undefined, (query) => query.where('user.email', '>', after ?? ''))
    .$if(search !== undefined, (query) =>
      query.where(
        sql<boolean>`(lower("user"."name") like ${pattern} escape '\\' or "user"."email" like ${pattern} escape '\\')`,
      ),
    )
    .$if(team !== undefined, (query) =>
      query.where('member.userId', 'in', peopleOfTeam(db, organizationId, team ?? '')),
    )
    .$if(role !== undefined, (query) => query.where('member.role', '=', role ?? ''))
    .$if(state !== undefined, (query) =>
      query.where('member.deactivatedAt', state === 'active' ? 'is' : 'is not', null),
    )
    .$if(twoFactor !== undefined, (query) =>
      query.where((eb) => eb(eb.fn.coalesce('user.twoFactorEnabled', eb.lit(0)), '=', Number(twoFactor))),
    )
    .orderBy('user.email')
    .limit(limit)
    .execute();
}

const peopleOfTeam = (db: Db, organizationId: string, slug: string) =>
  db
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select('teamMember.userId')
    .where('team.organizationId', '=', organizationId)
    .where('team.slug', '=', slug);

/** Slugs of the teams of each of these people, in order. */
export async function mapTeams(
  db: Db,
  organizationId: string,
  userIds: readonly string[],
): Promise<Map<string, string[]>> {
  const teams = new Map<string, string[]>();
  if (userIds.length === 0) return teams;
  const rows = await db
    .selectFrom('teamMember')
    .innerJoin('team', 'team.id', 'teamMember.teamId')
    .select(['teamMember.userId', 'team.slug'])
    .where('team.organizationId', '=', organizationId)
    .where('teamMember.userId', 'in', [...userIds])
    .orderBy('team.slug')
    .execute();
  for (const { userId, slug } of rows) teams.set(userId, [...(teams.get(userId) ?? []), slug]);
  return teams;
}
