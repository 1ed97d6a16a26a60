/** SQL of members. Their rows belong to better-auth and are only read here; what hangs on a membership is ours to end. */

import type { Kysely, Transaction } from 'kysely';
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
