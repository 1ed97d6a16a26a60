/** Binds a person's session, or API token, to a uid of a machine: the sign-in there. */

import type { AgentSession, CreateAgentSession } from '@pullgate/protocol';
import type { Transaction } from 'kysely';
import type { MachineSessionsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import type { Actor } from '../activity/service.ts';
import { loadPeopleContent, type MachineRef } from '../bundles/assignment-content.ts';
import { findMachine, updateMachine } from '../machines/store.ts';
import { isActiveMember } from '../members/store.ts';
import { lacksSecondFactor, secondFactorRequired } from '../session/second-factor.ts';
import { listMemberships } from '../session/store.ts';
import type { MachineSessionDependencies } from './dependencies.ts';
import { endDeviceSessions } from './end-device-sessions.ts';
import { holderChanged, machineSignedIn } from './events.ts';
import type { JudgedToken } from './judge-token.ts';
import { replaceSession } from './store.ts';

/** @throws ControlPlaneError TOKEN_INVALID, TOKEN_EXPIRED, TWO_FACTOR_REQUIRED */
export async function bindSession(
  dependencies: MachineSessionDependencies,
  machine: MachineRef,
  wish: CreateAgentSession,
  from: Origin,
): Promise<AgentSession> {
  const { db, assignments, judgeToken, peopleChanges } = dependencies;
  const judged = await judgeToken(wish.token);
  const row = toRow(dependencies, machine, wish, judged);
  const { session, replaced } = await db
    .transaction()
    .execute((trx) => bind(dependencies, trx, machine, row, from));
  peopleChanges.publish({ userIds: replaced.map(({ user_id: id }) => id) });
  await assignments.announce(machine);
  return session;
}

function toRow(
  { clock, newId }: MachineSessionDependencies,
  { machineId, organizationId }: MachineRef,
  { uid, login }: CreateAgentSession,
  { userId, sessionId, tokenId }: JudgedToken,
): MachineSessionsTable {
  const now = clock();
  return {
    id: newId(),
    machine_id: machineId,
    organization_id: organizationId,
    uid,
    login,
    user_id: userId,
    session_id: sessionId ?? null,
    token_id: tokenId ?? null,
    created_at: now,
    refreshed_at: now,
  };
}

async function bind(
  { activity, clock, assignments, signIn, publicUrl }: MachineSessionDependencies,
  trx: Transaction<Database>,
  machine: MachineRef,
  row: MachineSessionsTable,
  from: Origin,
): Promise<{ readonly session: AgentSession; readonly replaced: readonly MachineSessionsTable[] }> {
  const { machineId, organizationId } = machine;
  // An API token needs none: making it did.
  if (row.token_id === null) await requireSecondFactor(trx, organizationId, row.user_id, publicUrl());
  const replaced = (await replaceSession(trx, row)).filter(({ session_id: id }) => id !== row.session_id);
  await endDeviceSessions(signIn, trx, replaced);
  const actor: Actor = { kind: 'user', id: row.user_id, from };
  await activity.append(trx, organizationId, actor, machineSignedIn(row));
  if (await takeFreeMachine(trx, machine, row.user_id)) {
    await activity.append(trx, organizationId, actor, holderChanged(machineId, null, row.user_id));
  }
  const { sequence } = await assignments.refresh(trx, machine);
  return { session: { sequence, ...(await describe(trx, row, machine, clock())) }, replaced };
}

/** Somebody who has a person's password alone would be let in by a machine, where the organization's other doors ask for more. */
async function requireSecondFactor(
  trx: Transaction<Database>,
  organizationId: string,
  userId: string,
  publicUrl: string,
): Promise<void> {
  const place = (await listMemberships(trx, userId)).find(({ id }) => id === organizationId);
  if (place !== undefined && lacksSecondFactor(place)) throw secondFactorRequired(place, publicUrl);
}

/** The first active member to sign in holds a machine that nobody holds; later ones never do (semantics 8). */
async function takeFreeMachine(
  trx: Transaction<Database>,
  { machineId, organizationId }: MachineRef,
  userId: string,
): Promise<boolean> {
  const machine = await findMachine(trx, organizationId, machineId);
  if (machine === undefined || machine.holder_id !== null) return false;
  if (!(await isActiveMember(trx, { organizationId, userId }))) return false;
  await updateMachine(trx, machineId, { holder_id: userId });
  return true;
}

async function describe(
  trx: Transaction<Database>,
  row: MachineSessionsTable,
  machine: MachineRef,
  now: number,
): Promise<Omit<AgentSession, 'sequence'>> {
  const { sessions } = await loadPeopleContent(trx, machine, now);
  const found = sessions.find(({ id }) => id === row.id);
  // The session ended between the judgement and this transaction.
  if (found === undefined) throw new ControlPlaneError('TOKEN_INVALID', 'the session has ended');
  return { id: found.id, user: found.user, organizations: [...found.organizations] };
}
