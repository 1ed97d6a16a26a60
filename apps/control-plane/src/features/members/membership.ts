/**
 * The one place where people come into organizations, change there and go. Everything runs inside the caller's transaction,
 * with its Activity entry; the caller calls `peopleChanges.publish` after the commit.
 */

import type { Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Role } from '../../http/principal.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor, NewActivity } from '../activity/service.ts';
import { joinTeam, leaveTeam, writer } from './better-auth-rows.ts';
import { endAccess } from './end-access.ts';
import {
  memberAdded,
  memberDeactivated,
  memberLeft,
  memberReactivated,
  memberRemoved,
  roleChanged,
  teamJoined,
  teamLeft,
} from './events.ts';
import { countOtherOwners, findPlace, listTeams, listTeamsOf, type PlaceRow } from './store.ts';

export interface PersonIn {
  readonly organizationId: string;
  readonly userId: string;
}

export type MembershipSource = 'manual' | 'sso' | 'scim';
export type MemberState = 'active' | 'deactivated';
type Trx = Transaction<Database>;

/** Who may do it is the caller's to judge. What is so already changes nothing and leaves no entry. */
export interface Membership {
  /** A person who is a member already, deactivated or not, stays as they are. */
  add(trx: Trx, actor: Actor, person: PersonIn, role: Role, source?: MembershipSource): Promise<void>;
  /** @throws ControlPlaneError NOT_FOUND, LAST_OWNER */
  changeRole(trx: Trx, actor: Actor, person: PersonIn, role: Role): Promise<void>;
  /** Deactivating ends the person's API tokens, sessions on machines and holdings there. @throws ControlPlaneError NOT_FOUND, LAST_OWNER */
  setState(trx: Trx, actor: Actor, person: PersonIn, state: MemberState): Promise<void>;
  /** Also what leaving is: then the actor is the person. @throws ControlPlaneError NOT_FOUND, LAST_OWNER */
  remove(trx: Trx, actor: Actor, person: PersonIn): Promise<void>;
  /** Makes the person a member of these teams and no others; slugs of teams that do not exist count for nothing. @throws ControlPlaneError NOT_FOUND */
  setTeams(trx: Trx, actor: Actor, person: PersonIn, slugs: readonly string[]): Promise<void>;
}

export interface MembershipDependencies {
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly clock: () => number;
}

export function createMembership(dependencies: MembershipDependencies): Membership {
  return {
    add: (trx, actor, person, role, source = 'manual') => add(dependencies, trx, actor, person, role, source),
    changeRole: (trx, actor, person, role) => changeRole(dependencies, trx, actor, person, role),
    setState: (trx, actor, person, state) => setState(dependencies, trx, actor, person, state),
    remove: (trx, actor, person) => remove(dependencies, trx, actor, person),
    setTeams: (trx, actor, person, slugs) => setTeams(dependencies, trx, actor, person, slugs),
  };
}

async function add(
  { activity, signIn }: MembershipDependencies,
  trx: Trx,
  actor: Actor,
  person: PersonIn,
  role: Role,
  source: MembershipSource,
): Promise<void> {
  if ((await findPlace(trx, person)) !== undefined) return;
  await signIn.within(trx, async (auth) => {
    const rows = await writer(auth);
    await rows.create({ model: 'member', data: { ...person, role, source, createdAt: new Date() } });
  });
  await activity.append(trx, person.organizationId, actor, memberAdded(person.userId, role, source));
}

async function changeRole(
  dependencies: MembershipDependencies,
  trx: Trx,
  actor: Actor,
  person: PersonIn,
  role: Role,
): Promise<void> {
  const place = await requirePlace(trx, person);
  if (place.role === role) return;
  await leaveOwner(dependencies, trx, actor, person, place, roleChanged(place, role));
  await updateMember(dependencies, trx, place, { role });
}

async function setState(
  dependencies: MembershipDependencies,
  trx: Trx,
  actor: Actor,
  person: PersonIn,
  state: MemberState,
): Promise<void> {
  const place = await requirePlace(trx, person);
  if ((place.deactivatedAt === null) === (state === 'active')) return;
  if (state === 'active') {
    await dependencies.activity.append(trx, person.organizationId, actor, memberReactivated(place));
    await updateMember(dependencies, trx, place, { deactivatedAt: null });
    return;
  }
  await leaveOwner(dependencies, trx, actor, person, place, memberDeactivated(place));
  await updateMember(dependencies, trx, place, { deactivatedAt: new Date(dependencies.clock()) });
  await endAccess(dependencies, trx, actor, person);
}

async function remove(
  dependencies: MembershipDependencies,
  trx: Trx,
  actor: Actor,
  person: PersonIn,
): Promise<void> {
  const place = await requirePlace(trx, person);
  const isSelf = actor.id === person.userId && (actor.kind === 'user' || actor.kind === 'token');
  const entry = isSelf ? memberLeft(place) : memberRemoved(place);
  await leaveOwner(dependencies, trx, actor, person, place, entry);
  const teams = await listTeamsOf(trx, person);
  await dependencies.signIn.within(trx, async (auth) => {
    const rows = await writer(auth);
    for (const team of teams) await leaveTeam(rows, team.id, person.userId);
    await rows.delete({ model: 'member', where: [{ field: 'id', value: place.id }] });
  });
  await endAccess(dependencies, trx, actor, person);
}

async function setTeams(
  { activity, signIn }: MembershipDependencies,
  trx: Trx,
  actor: Actor,
  person: PersonIn,
  slugs: readonly string[],
): Promise<void> {
  await requirePlace(trx, person);
  const { organizationId, userId } = person;
  const now = await listTeamsOf(trx, person);
  const wanted = (await listTeams(trx, organizationId)).filter(({ slug }) => slugs.includes(slug));
  const joined = wanted.filter(({ id }) => !now.some((team) => team.id === id));
  const left = now.filter(({ id }) => !wanted.some((team) => team.id === id));
  await signIn.within(trx, async (auth) => {
    const rows = await writer(auth);
    for (const { id } of joined) await joinTeam(rows, id, userId);
    for (const { id } of left) await leaveTeam(rows, id, userId);
  });
  const entries = [
    ...joined.map(({ slug }) => teamJoined(slug, userId)),
    ...left.map(({ slug }) => teamLeft(slug, userId)),
  ];
  await activity.append(trx, organizationId, actor, ...entries);
}

/**
 * Appends the entry, then refuses when no active owner would be left. In this order, because appending takes the lock of the
 * organization's chain: two owners who go at the same moment are judged one after the other, on any database.
 */
async function leaveOwner(
  { activity }: MembershipDependencies,
  trx: Trx,
  actor: Actor,
  person: PersonIn,
  place: PlaceRow,
  entry: NewActivity,
): Promise<void> {
  await activity.append(trx, person.organizationId, actor, entry);
  if (place.role !== 'owner' || place.deactivatedAt !== null) return;
  if ((await countOtherOwners(trx, person)) > 0) return;
  throw new ControlPlaneError('LAST_OWNER', 'this is the last active owner of the organization', {
    hint: 'make somebody else an owner first',
  });
}

async function requirePlace(trx: Trx, person: PersonIn): Promise<PlaceRow> {
  const place = await findPlace(trx, person);
  if (place !== undefined) return place;
  throw new ControlPlaneError('NOT_FOUND', 'no such member of the organization');
}

async function updateMember(
  { signIn }: MembershipDependencies,
  trx: Trx,
  { id }: PlaceRow,
  update: Record<string, unknown>,
): Promise<void> {
  await signIn.within(trx, async (auth) => {
    await (await writer(auth)).update({ model: 'member', where: [{ field: 'id', value: id }], update });
  });
}
