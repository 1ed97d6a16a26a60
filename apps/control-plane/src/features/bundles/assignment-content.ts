/** Says what a machine's assignment holds now: holder, the holder's teams, and who is signed in there (semantics 8). */

import type { AssignedSession, AssignmentPayload } from '@pullgate/bundle';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { listLiveSessions, type SessionRow } from '../machine-sessions/store.ts';
import { mapTeams } from '../members/store.ts';
import { lacksSecondFactor } from '../session/second-factor.ts';
import { listMembershipsOf } from '../session/store.ts';

/** What one machine is given of its own. */
export type AssignmentContent = Pick<
  AssignmentPayload,
  'holder' | 'teams' | 'labels' | 'grants' | 'sessions' | 'stage'
>;

export interface MachineRef {
  readonly machineId: string;
  readonly organizationId: string;
}

/** Labels, grants and stage are not derived from people; they stay as they are. */
export type PeopleContent = Pick<AssignmentContent, 'holder' | 'teams' | 'sessions'>;

export async function loadPeopleContent(
  db: Kysely<Database>,
  { machineId, organizationId }: MachineRef,
  now: number,
): Promise<PeopleContent> {
  const machine = await db
    .selectFrom('machines')
    .select('holder_id')
    .where('id', '=', machineId)
    .executeTakeFirst();
  const live = await listLiveSessions(db, machineId, now);
  const holderId = machine?.holder_id ?? undefined;
  const people = [
    ...new Set([...live.map((row) => row.user_id), ...(holderId === undefined ? [] : [holderId])]),
  ];
  const places = await listActiveOrganizations(db, people);
  const teams = await mapTeams(db, organizationId, people);
  const sessions = live.map((row) => toSession(row, organizationId, places, teams));
  const isHolder = places.some(
    ({ userId, id, isBarred }) => userId === holderId && id === organizationId && !isBarred,
  );
  if (holderId === undefined || !isHolder) return { teams: [], sessions };
  return { holder: { id: holderId }, teams: teams.get(holderId) ?? [], sessions };
}

interface Place {
  readonly userId: string;
  readonly id: string;
  readonly slug: string;
  /** The organization requires a second factor that the person lacks. */
  readonly isBarred: boolean;
}

/**
 * A token speaks for its own organization alone, whatever other places its person has. It needs no second factor, here as
 * elsewhere: making it did.
 */
function toSession(
  row: SessionRow,
  organizationId: string,
  places: readonly Place[],
  teams: ReadonlyMap<string, readonly string[]>,
): AssignedSession {
  const limit = row.token_organization_id;
  const own = places
    .filter(({ userId }) => userId === row.user_id)
    .filter(({ id, isBarred }) => (limit === null ? !isBarred : id === limit));
  const isHere = own.some(({ id }) => id === organizationId);
  return {
    id: row.id,
    uid: row.uid,
    user: { id: row.user_id, email: row.email },
    organizations: own.map(({ slug }) => slug),
    teams: isHere ? (teams.get(row.user_id) ?? []) : [],
    since: row.created_at,
  };
}

async function listActiveOrganizations(db: Kysely<Database>, userIds: readonly string[]): Promise<Place[]> {
  const memberships = await listMembershipsOf(db, userIds);
  return memberships.map((membership) => {
    const { userId, id, slug } = membership;
    return { userId, id, slug, isBarred: lacksSecondFactor(membership) };
  });
}
