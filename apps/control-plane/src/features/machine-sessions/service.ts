/** Who is signed in on machines and who holds them. Leaves judging tokens to better-auth and to the API tokens. */

import type { AgentSession, CreateAgentSession, MachineSession } from '@pullgate/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { Actor } from '../activity/service.ts';
import type { MachineRef } from '../bundles/assignment-content.ts';
import { findMachine, updateMachine } from '../machines/store.ts';
import { isActiveMember } from '../members/store.ts';
import { bindSession } from './bind-session.ts';
import type { MachineSessionDependencies } from './dependencies.ts';
import { endDeviceSessions } from './end-device-sessions.ts';
import { holderChanged, machineSessionEnded, machineSignedOut } from './events.ts';
import {
  deleteSession,
  deleteSessionsOf,
  isLive,
  listOfOrganization,
  type SessionFilter,
  type SessionRow,
} from './store.ts';

export interface MachineSessionService {
  /** @throws ControlPlaneError TOKEN_INVALID, TOKEN_EXPIRED, TWO_FACTOR_REQUIRED */
  signIn(machine: MachineRef, wish: CreateAgentSession, from: Origin): Promise<AgentSession>;
  /** @throws ControlPlaneError NOT_FOUND */
  signOut(machine: MachineRef, id: string, from: Origin): Promise<void>;
  list(organizationId: string, page: PageRequest, filter?: SessionFilter): Promise<Page<MachineSession>>;
  /** @throws ControlPlaneError NOT_FOUND */
  end(organizationId: string, actor: Actor, id: string): Promise<void>;
  /** Nobody is signed in on a machine that is refused; call what it returns after the commit. */
  endAllOn(trx: Transaction<Database>, machineId: string): Promise<() => void>;
  /** @throws ControlPlaneError NOT_FOUND for machines and people that are none of the organization's */
  setHolder(organizationId: string, actor: Actor, machineId: string, person: string | null): Promise<void>;
}

export function createMachineSessionService(dependencies: MachineSessionDependencies): MachineSessionService {
  const { db, clock } = dependencies;
  return {
    signIn: (machine, wish, from) => bindSession(dependencies, machine, wish, from),
    signOut: (machine, id, from) => signOut(dependencies, machine, id, from),
    list: async (organizationId, page, filter = {}) => {
      const [createdAt, id] = page.after ?? [];
      const after = createdAt === undefined ? undefined : { createdAt: Number(createdAt), id: String(id) };
      const rows = await listOfOrganization(db, organizationId, filter, after, page.limit + 1);
      const { items, ...rest } = toPage(
        rows,
        page.limit,
        (row) => [row.created_at, row.id],
        (row) => row,
      );
      return { ...rest, items: items.filter((row) => isLive(row, clock())).map(toMachineSession) };
    },
    end: (organizationId, actor, id) => end(dependencies, organizationId, actor, id),
    endAllOn: (trx, machineId) => endAllOn(dependencies, trx, machineId),
    setHolder: (organizationId, actor, machineId, person) =>
      setHolder(dependencies, organizationId, actor, machineId, person),
  };
}

async function signOut(
  { db, activity, assignments, signIn, peopleChanges }: MachineSessionDependencies,
  machine: MachineRef,
  id: string,
  from: Origin,
): Promise<void> {
  const userId = await db.transaction().execute(async (trx) => {
    const row = await deleteSession(trx, { id, machineId: machine.machineId });
    if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such session on this machine');
    const actor: Actor = { kind: 'user', id: row.user_id, from };
    await activity.append(trx, machine.organizationId, actor, machineSignedOut(row));
    await endDeviceSessions(signIn, trx, [row]);
    await assignments.refresh(trx, machine);
    return row.user_id;
  });
  peopleChanges.publish({ userIds: [userId] });
  await assignments.announce(machine);
}

async function end(
  { db, activity, assignments, signIn, peopleChanges }: MachineSessionDependencies,
  organizationId: string,
  actor: Actor,
  id: string,
): Promise<void> {
  const { machine, userId } = await db.transaction().execute(async (trx) => {
    const row = await deleteSession(trx, { id, organizationId });
    if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such session on a machine');
    const ref = { machineId: row.machine_id, organizationId };
    await activity.append(trx, organizationId, actor, machineSessionEnded(row, 'an admin'));
    await endDeviceSessions(signIn, trx, [row]);
    await assignments.refresh(trx, ref);
    return { machine: ref, userId: row.user_id };
  });
  peopleChanges.publish({ userIds: [userId] });
  await assignments.announce(machine);
}

async function endAllOn(
  { signIn, peopleChanges }: MachineSessionDependencies,
  trx: Transaction<Database>,
  machineId: string,
): Promise<() => void> {
  const ended = await deleteSessionsOf(trx, machineId);
  await endDeviceSessions(signIn, trx, ended);
  return () => peopleChanges.publish({ userIds: ended.map(({ user_id: id }) => id) });
}

async function setHolder(
  { db, activity, assignments }: MachineSessionDependencies,
  organizationId: string,
  actor: Actor,
  machineId: string,
  person: string | null,
): Promise<void> {
  const machine = { machineId, organizationId };
  const isChanged = await db.transaction().execute(async (trx) => {
    const row = await findMachine(trx, organizationId, machineId);
    if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such machine');
    if (person !== null && !(await isActiveMember(trx, { organizationId, userId: person }))) {
      throw new ControlPlaneError('NOT_FOUND', 'no such active member');
    }
    if (row.holder_id === person) return false;
    await updateMachine(trx, machineId, { holder_id: person });
    await activity.append(trx, organizationId, actor, holderChanged(machineId, row.holder_id, person));
    return (await assignments.refresh(trx, machine)).isChanged;
  });
  if (isChanged) await assignments.announce(machine);
}

function toMachineSession(row: SessionRow & { readonly member_id: string | null }): MachineSession {
  return {
    id: row.id,
    machine: { id: row.machine_id, name: row.machine_name },
    uid: row.uid,
    login: row.login,
    person: { id: row.user_id, name: row.name, email: row.email },
    member: row.member_id !== null,
    createdAt: row.created_at,
    refreshedAt: row.refreshed_at,
  };
}
