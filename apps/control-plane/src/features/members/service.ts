/** Members of an organization: who they are, and who may change whom. Leaves the changes themselves to `membership.ts`. */

import type { OrganizationMember, UpdateMember } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { Member, Role } from '../../http/principal.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { Actor } from '../activity/service.ts';
import type { Membership, PersonIn } from './membership.ts';
import { findMember, findPlace, listMembers, type MemberFilter, type MemberRow, mapTeams } from './store.ts';

export interface MemberService {
  list(organizationId: string, page: PageRequest, filter?: MemberFilter): Promise<Page<OrganizationMember>>;
  /** @throws ControlPlaneError NOT_FOUND */
  get(organizationId: string, userId: string): Promise<OrganizationMember>;
  /** @throws ControlPlaneError NOT_FOUND, FORBIDDEN, LAST_OWNER */
  update(by: Member, actor: Actor, userId: string, wish: UpdateMember): Promise<OrganizationMember>;
  /** Of oneself: leaving, which everybody may. @throws ControlPlaneError NOT_FOUND, FORBIDDEN, LAST_OWNER */
  remove(by: Member, actor: Actor, userId: string): Promise<void>;
}

export interface MemberDependencies {
  readonly db: Kysely<Database>;
  readonly membership: Membership;
  readonly peopleChanges: PeopleChanges;
}

export function createMemberService(dependencies: MemberDependencies): MemberService {
  const { db } = dependencies;
  return {
    async list(organizationId, { after, limit }, filter = {}) {
      const from = after === undefined ? undefined : String(after[0]);
      const rows = await listMembers(db, organizationId, filter, from, limit + 1);
      const teams = await mapTeams(
        db,
        organizationId,
        rows.map(({ userId }) => userId),
      );
      return toPage(
        rows,
        limit,
        (row) => [row.email],
        (row) => toMember(row, teams),
      );
    },
    get: (organizationId, userId) => get(db, { organizationId, userId }),
    update: (by, actor, userId, wish) => update(dependencies, by, actor, userId, wish),
    remove: (by, actor, userId) => remove(dependencies, by, actor, userId),
  };
}

async function get(db: Kysely<Database>, person: PersonIn): Promise<OrganizationMember> {
  const row = await findMember(db, person);
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such member of the organization');
  return toMember(row, await mapTeams(db, person.organizationId, [person.userId]));
}

async function update(
  { db, membership, peopleChanges }: MemberDependencies,
  by: Member,
  actor: Actor,
  userId: string,
  { role, state }: UpdateMember,
): Promise<OrganizationMember> {
  const person = { organizationId: by.organization.id, userId };
  await db.transaction().execute(async (trx) => {
    await refuseOwners(trx, by, person, role);
    if (role !== undefined) await membership.changeRole(trx, actor, person, role);
    if (state !== undefined) await membership.setState(trx, actor, person, state);
  });
  peopleChanges.publish({ organizationId: person.organizationId, userIds: [userId] });
  return await get(db, person);
}

async function remove(
  { db, membership, peopleChanges }: MemberDependencies,
  by: Member,
  actor: Actor,
  userId: string,
): Promise<void> {
  const person = { organizationId: by.organization.id, userId };
  await db.transaction().execute(async (trx) => {
    if (!isLeaving(by, userId)) await refuseOthers(trx, by, person);
    await membership.remove(trx, actor, person);
  });
  peopleChanges.publish({ organizationId: person.organizationId, userIds: [userId] });
}

/** A token made for something narrower must not end its maker's place. */
function isLeaving(by: Member, userId: string): boolean {
  return by.userId === userId && by.kind === 'user';
}

async function refuseOthers(trx: Transaction<Database>, by: Member, person: PersonIn): Promise<void> {
  if (!by.scopes.includes('people:write')) {
    throw new ControlPlaneError('FORBIDDEN', 'only owners and admins remove other members', {
      hint: 'ask an owner or an admin of the organization',
    });
  }
  await refuseOwners(trx, by, person);
}

/** An admin who could make owners, or unmake them, would be one. */
export function refuseOwnerRole(
  by: Pick<Member, 'scopes'>,
  ...roles: readonly (Role | string | undefined)[]
): void {
  if (!roles.includes('owner') || by.scopes.includes('organization:write')) return;
  throw new ControlPlaneError('FORBIDDEN', 'only owners make, change and remove owners', {
    hint: 'ask an owner of the organization',
  });
}

async function refuseOwners(
  trx: Transaction<Database>,
  by: Member,
  person: PersonIn,
  role?: Role,
): Promise<void> {
  refuseOwnerRole(by, (await findPlace(trx, person))?.role, role);
}

function toMember(row: MemberRow, teams: ReadonlyMap<string, readonly string[]>): OrganizationMember {
  const { userId, name, email, deactivatedAt } = row;
  return {
    id: userId,
    name,
    email,
    role: row.role as OrganizationMember['role'],
    teams: [...(teams.get(userId) ?? [])],
    state: deactivatedAt === null ? 'active' : 'deactivated',
    source: (row.source ?? 'manual') as OrganizationMember['source'],
    twoFactor: row.twoFactorEnabled === 1,
    createdAt: Date.parse(row.createdAt),
    ...(deactivatedAt === null ? {} : { deactivatedAt: Date.parse(deactivatedAt) }),
  };
}
