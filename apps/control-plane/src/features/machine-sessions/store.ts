/** SQL of sessions on machines. A session is live while the better-auth session, or the API token, behind it is. */

import type { Kysely, Transaction } from 'kysely';
import type { MachineSessionsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';

/** Each session on a machine with its person and what it stands on. */
const sessions = (db: Kysely<Database>) =>
  db
    .selectFrom('machine_sessions')
    .innerJoin('user', 'user.id', 'machine_sessions.user_id')
    .innerJoin('machines', 'machines.id', 'machine_sessions.machine_id')
    .leftJoin('session', 'session.id', 'machine_sessions.session_id')
    .leftJoin('api_tokens', 'api_tokens.id', 'machine_sessions.token_id')
    .leftJoin('member as giver', (join) =>
      join
        .onRef('giver.userId', '=', 'api_tokens.user_id')
        .onRef('giver.organizationId', '=', 'api_tokens.organization_id')
        .on('giver.deactivatedAt', 'is', null),
    )
    .selectAll('machine_sessions')
    .select([
      'user.name',
      'user.email',
      'machines.name as machine_name',
      'session.expiresAt as session_expires_at',
      'session.token as session_token',
      'api_tokens.organization_id as token_organization_id',
      'api_tokens.expires_at as token_expires_at',
      'api_tokens.revoked_at as token_revoked_at',
      'giver.id as giver_id',
    ]);

export type SessionRow = Awaited<ReturnType<ReturnType<typeof sessions>['execute']>>[number];

/** A token whose maker may do nothing in its organization is worth nothing. */
export function isLive(row: SessionRow, now: number): boolean {
  if (row.session_expires_at !== null) return Date.parse(row.session_expires_at) > now;
  if (row.token_organization_id === null || row.giver_id === null || row.token_revoked_at !== null)
    return false;
  return row.token_expires_at === null || row.token_expires_at > now;
}

export async function listLiveSessions(
  db: Kysely<Database>,
  machineId: string,
  now: number,
): Promise<SessionRow[]> {
  const rows = await sessions(db)
    .where('machine_sessions.machine_id', '=', machineId)
    .orderBy('machine_sessions.uid')
    .execute();
  return rows.filter((row) => isLive(row, now));
}

/** Sessions whose origin has expired, was revoked, or is gone. */
export async function listEndedSessions(
  db: Kysely<Database>,
  now: number,
  limit: number,
): Promise<SessionRow[]> {
  const rows = await sessions(db)
    .where((eb) =>
      eb.or([
        eb.and([eb('machine_sessions.session_id', 'is not', null), eb('session.id', 'is', null)]),
        eb('session.expiresAt', '<=', new Date(now).toISOString()),
        eb.and([eb('machine_sessions.token_id', 'is not', null), eb('giver.id', 'is', null)]),
        eb('api_tokens.revoked_at', 'is not', null),
        eb('api_tokens.expires_at', '<=', now),
      ]),
    )
    .orderBy('machine_sessions.id')
    .limit(limit)
    .execute();
  return rows.filter((row) => !isLive(row, now));
}

/** Of a machine, of a person, or both: by their ids. */
export interface SessionFilter {
  readonly machine?: string;
  readonly person?: string;
}

/** Newest first. */
export async function listOfOrganization(
  db: Kysely<Database>,
  organizationId: string,
  { machine, person }: SessionFilter,
  after: { readonly createdAt: number; readonly id: string } | undefined,
  limit: number,
): Promise<(SessionRow & { readonly member_id: string | null })[]> {
  return await sessions(db)
    .leftJoin('member as place', (join) =>
      join
        .onRef('place.userId', '=', 'machine_sessions.user_id')
        .onRef('place.organizationId', '=', 'machine_sessions.organization_id')
        .on('place.deactivatedAt', 'is', null),
    )
    .select('place.id as member_id')
    .where('machine_sessions.organization_id', '=', organizationId)
    .$if(machine !== undefined, (query) => query.where('machine_sessions.machine_id', '=', machine ?? ''))
    .$if(person !== undefined, (query) => query.where('machine_sessions.user_id', '=', person ?? ''))
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('machine_sessions.created_at', '<', after?.createdAt ?? 0),
          eb.and([
            eb('machine_sessions.created_at', '=', after?.createdAt ?? 0),
            eb('machine_sessions.id', '<', after?.id ?? ''),
          ]),
        ]),
      ),
    )
    .orderBy('machine_sessions.created_at', 'desc')
    .orderBy('machine_sessions.id', 'desc')
    .limit(limit)
    .execute();
}

/** Sessions on these machines that nobody has extended since `before`. */
export async function listStale(
  db: Kysely<Database>,
  machineIds: readonly string[],
  before: number,
): Promise<SessionRow[]> {
  return await sessions(db)
    .where('machine_sessions.machine_id', 'in', [...machineIds])
    .where('machine_sessions.refreshed_at', '<', before)
    .execute();
}

export async function setRefreshed(db: Kysely<Database>, id: string, at: number): Promise<void> {
  await db.updateTable('machine_sessions').set({ refreshed_at: at }).where('id', '=', id).execute();
}

/** Takes the place of whoever was signed in under this uid, and returns theirs. */
export async function replaceSession(
  trx: Transaction<Database>,
  row: MachineSessionsTable,
): Promise<MachineSessionsTable[]> {
  const replaced = await trx
    .deleteFrom('machine_sessions')
    .where('machine_id', '=', row.machine_id)
    .where('uid', '=', row.uid)
    .returningAll()
    .execute();
  await trx.insertInto('machine_sessions').values(row).execute();
  return replaced;
}

/** Tokens of those sessions that the device flow made. */
export async function listDeviceTokens(
  trx: Transaction<Database>,
  sessionIds: readonly string[],
): Promise<string[]> {
  if (sessionIds.length === 0) return [];
  const rows = await trx
    .selectFrom('session')
    .select('token')
    .where('id', 'in', [...sessionIds])
    .where('madeBy', '=', 'device')
    .execute();
  return rows.map(({ token }) => token);
}

export async function deleteSession(
  trx: Transaction<Database>,
  where: { readonly id: string; readonly organizationId?: string; readonly machineId?: string },
): Promise<MachineSessionsTable | undefined> {
  return await trx
    .deleteFrom('machine_sessions')
    .where('id', '=', where.id)
    .$if(where.organizationId !== undefined, (query) =>
      query.where('organization_id', '=', where.organizationId ?? ''),
    )
    .$if(where.machineId !== undefined, (query) => query.where('machine_id', '=', where.machineId ?? ''))
    .returningAll()
    .executeTakeFirst();
}

/** Of a machine that is refused: enrolled again, it begins anew. */
export async function deleteSessionsOf(
  trx: Transaction<Database>,
  machineId: string,
): Promise<MachineSessionsTable[]> {
  return await trx
    .deleteFrom('machine_sessions')
    .where('machine_id', '=', machineId)
    .returningAll()
    .execute();
}
