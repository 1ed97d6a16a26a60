/** Teams of an organization: made, renamed, deleted, and who is in them. Policies name them by slug. */

import type { CreateTeam, Team } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { load } from '../drafts/service.ts';
import { writer } from '../members/better-auth-rows.ts';
import type { Membership } from '../members/membership.ts';
import { listTeamsOf } from '../members/store.ts';
import { teamCreated, teamDeleted, teamEdited } from './events.ts';
import { namesTeams } from './names-teams.ts';
import { findTeam, listTeamMembers, listTeamRows, type TeamRow } from './store.ts';

export interface TeamService {
  list(organizationId: string, page: PageRequest): Promise<Page<Team>>;
  /** @throws ControlPlaneError NOT_FOUND */
  get(organizationId: string, slug: string): Promise<Team>;
  /** @throws ControlPlaneError TEAM_EXISTS */
  create(organizationId: string, actor: Actor, wish: CreateTeam): Promise<Team>;
  /** @throws ControlPlaneError NOT_FOUND */
  rename(organizationId: string, actor: Actor, slug: string, name: string): Promise<Team>;
  /** @throws ControlPlaneError NOT_FOUND, TEAM_IN_USE */
  remove(organizationId: string, actor: Actor, slug: string): Promise<void>;
  /** Puts a member in or takes them out. @throws ControlPlaneError NOT_FOUND */
  setMember(organizationId: string, actor: Actor, slug: string, userId: string, isIn: boolean): Promise<void>;
}

export interface TeamDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly membership: Membership;
  readonly peopleChanges: PeopleChanges;
}

export function createTeamService(dependencies: TeamDependencies): TeamService {
  const { db } = dependencies;
  const get = async (organizationId: string, slug: string) => {
    const { published } = await load(db, organizationId);
    return toTeam(await requireTeam(db, organizationId, slug), namesTeams(readDocument(published)));
  };
  return {
    async list(organizationId, { after, limit }) {
      const { published } = await load(db, organizationId);
      const named = namesTeams(readDocument(published));
      const from = after === undefined ? undefined : String(after[0]);
      const rows = await listTeamRows(db, organizationId, from, limit + 1);
      return toPage(
        rows,
        limit,
        ({ slug }) => [slug],
        (row) => toTeam(row, named),
      );
    },
    get,
    async create(organizationId, actor, wish) {
      await create(dependencies, organizationId, actor, wish);
      return await get(organizationId, wish.slug);
    },
    async rename(organizationId, actor, slug, name) {
      await rename(dependencies, organizationId, actor, slug, name);
      return await get(organizationId, slug);
    },
    remove: (organizationId, actor, slug) => remove(dependencies, organizationId, actor, slug),
    setMember: (organizationId, actor, slug, userId, isIn) =>
      setMember(dependencies, organizationId, actor, slug, userId, isIn),
  };
}

async function create(
  { db, signIn, activity }: TeamDependencies,
  organizationId: string,
  actor: Actor,
  { slug, name = slug }: CreateTeam,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if ((await findTeam(trx, organizationId, slug)) !== undefined) {
      throw new ControlPlaneError('TEAM_EXISTS', `the organization has a team "${slug}" already`);
    }
    const data = { slug, name, organizationId, memberCount: 0, createdAt: new Date() };
    await signIn.within(trx, async (auth) => {
      await (await writer(auth)).create({ model: 'team', data });
    });
    await activity.append(trx, organizationId, actor, teamCreated(slug, name));
  });
}

async function rename(
  { db, signIn, activity }: TeamDependencies,
  organizationId: string,
  actor: Actor,
  slug: string,
  name: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const team = await requireTeam(trx, organizationId, slug);
    if (team.name === name) return;
    const where = [{ field: 'id', value: team.id }];
    await signIn.within(trx, async (auth) => {
      await (await writer(auth)).update({ model: 'team', where, update: { name } });
    });
    await activity.append(trx, organizationId, actor, teamEdited(slug, team.name, name));
  });
}

async function remove(
  { db, signIn, activity, peopleChanges }: TeamDependencies,
  organizationId: string,
  actor: Actor,
  slug: string,
): Promise<void> {
  const userIds = await db.transaction().execute(async (trx) => {
    const team = await requireTeam(trx, organizationId, slug);
    await refuseUsed(trx, organizationId, slug);
    const members = await listTeamMembers(trx, team.id);
    await signIn.within(trx, async (auth) => {
      const rows = await writer(auth);
      await rows.deleteMany({ model: 'teamMember', where: [{ field: 'teamId', value: team.id }] });
      await rows.delete({ model: 'team', where: [{ field: 'id', value: team.id }] });
    });
    await activity.append(trx, organizationId, actor, teamDeleted(slug, team.name));
    return members;
  });
  peopleChanges.publish({ organizationId, userIds });
}

/** A rule for a team that is gone would hold for nobody, and for whoever gets a team of that name later. */
async function refuseUsed(trx: Transaction<Database>, organizationId: string, slug: string): Promise<void> {
  const { draft, published } = await load(trx, organizationId);
  for (const [what, row] of [
    ['published policy', published],
    ['draft', draft],
  ] as const) {
    const path = namesTeams(readDocument(row)).get(slug);
    if (path === undefined) continue;
    throw new ControlPlaneError('TEAM_IN_USE', `the ${what} names the team ${slug} at ${path}`, {
      hint: 'take the team out of the policy and publish, then delete it',
    });
  }
}

async function setMember(
  { db, membership, peopleChanges }: TeamDependencies,
  organizationId: string,
  actor: Actor,
  slug: string,
  userId: string,
  isIn: boolean,
): Promise<void> {
  const person = { organizationId, userId };
  await db.transaction().execute(async (trx) => {
    await requireTeam(trx, organizationId, slug);
    const others = (await listTeamsOf(trx, person)).map((team) => team.slug).filter((one) => one !== slug);
    await membership.setTeams(trx, actor, person, isIn ? [...others, slug] : others);
  });
  peopleChanges.publish({ organizationId, userIds: [userId] });
}

async function requireTeam(db: Kysely<Database>, organizationId: string, slug: string): Promise<TeamRow> {
  const row = await findTeam(db, organizationId, slug);
  if (row !== undefined) return row;
  throw new ControlPlaneError('NOT_FOUND', 'no such team of the organization');
}

function toTeam({ slug, name, members, createdAt }: TeamRow, named: ReadonlyMap<string, string>): Team {
  return { slug, name, members: Number(members), used: named.has(slug), createdAt: Date.parse(createdAt) };
}
