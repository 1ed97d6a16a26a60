/** Organizations of a person: listed, made, and their settings. */

import type { CreateOrganization, Organization, UpdateOrganization } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { Member, Principal } from '../../http/principal.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { Publications } from '../../publications.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { createOrganizationKeys } from '../bundles/organization-keys.ts';
import { writer } from '../members/better-auth-rows.ts';
import { lacksSecondFactor } from '../session/second-factor.ts';
import { listMemberships } from '../session/store.ts';
import { toRedirectUri } from '../single-sign-on/redirect-uri.ts';
import { organizationEdited } from './events.ts';
import { publishFirst } from './first-revision.ts';
import {
  findOrganization,
  hasSingleSignOn,
  isSlugTaken,
  listOrganizations,
  listWithoutSecondFactor,
  type OrganizationRow,
  saveSettings,
  toSettings,
} from './store.ts';

export interface OrganizationService {
  list(principal: Principal, page: PageRequest): Promise<Page<Organization>>;
  /** Its first owner is who makes it. @throws ControlPlaneError FORBIDDEN, TWO_FACTOR_REQUIRED, ORGANIZATION_EXISTS */
  create(principal: Principal, actor: Actor, wish: CreateOrganization): Promise<Organization>;
  get(member: Member): Promise<Organization>;
  /** @throws ControlPlaneError REQUEST_INVALID when single sign-on is to be required and there is none */
  update(member: Member, actor: Actor, wish: UpdateOrganization): Promise<Organization>;
}

export interface OrganizationDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly publications: Publications;
  readonly signIn: SignIn;
  readonly peopleChanges: PeopleChanges;
  readonly config: { readonly dataDir: string };
  readonly publicUrl: () => string;
  readonly clock: () => number;
}

export function createOrganizationService(dependencies: OrganizationDependencies): OrganizationService {
  const { db, publicUrl } = dependencies;
  return {
    async list(principal, { after, limit }) {
      const { userId, organization } = principal;
      const rows = await listOrganizations(db, userId, {
        ...(organization === undefined || mayMakeOthers(principal) ? {} : { only: organization.id }),
        ...(after === undefined ? {} : { after: String(after[0]) }),
        limit: limit + 1,
      });
      return toPage(rows, limit, ({ slug }) => [slug], toOrganization(publicUrl()));
    },
    create: (principal, actor, wish) => create(dependencies, principal, actor, wish),
    get: ({ userId, organization }) => get(dependencies, userId, organization.id),
    update: (member, actor, wish) => update(dependencies, member, actor, wish),
  };
}

async function create(
  dependencies: OrganizationDependencies,
  principal: Principal,
  actor: Actor,
  { slug, name = slug }: CreateOrganization,
): Promise<Organization> {
  const { db, signIn, clock, config, publications } = dependencies;
  await refuseOthers(db, principal);
  const id = await db.transaction().execute(async (trx) => {
    if (await isSlugTaken(trx, slug)) {
      throw new ControlPlaneError(
        'ORGANIZATION_EXISTS',
        `the slug "${slug}" is taken by another organization`,
        {
          hint: 'choose another slug',
        },
      );
    }
    const wish = { slug, name, ownerId: principal.userId };
    const made = await signIn.within(trx, () => signIn.createOrganization(wish));
    const organization = { id: made.id, slug, name };
    await createOrganizationKeys({ db: trx, dataDir: config.dataDir, clock }, organization);
    await publishFirst(trx, dependencies, organization, actor);
    return made.id;
  });
  publications.publish({ organizationId: id, kind: 'policy', revision: 1 });
  return await get(dependencies, principal.userId, id);
}

/** A token of an owner with every right of the organization makes others, and sees them; any other token knows its own alone. */
const mayMakeOthers = ({ role, scopes }: Principal): boolean =>
  role === 'owner' && scopes.includes('organization:write');

/** Owners only: every organization has keys on the disk of this server. */
async function refuseOthers(db: Kysely<Database>, principal: Principal): Promise<void> {
  const { kind, userId } = principal;
  const owned =
    kind === 'token' && !mayMakeOthers(principal)
      ? []
      : (await listMemberships(db, userId)).filter((membership) => membership.role === 'owner');
  if (owned.length === 0) {
    throw new ControlPlaneError('FORBIDDEN', 'only owners of an organization make another one', {
      hint: 'ask an owner of an organization of this server',
    });
  }
  if (kind === 'token' || owned.some((membership) => !lacksSecondFactor(membership))) return;
  throw new ControlPlaneError('TWO_FACTOR_REQUIRED', 'your organizations require a second factor of owners', {
    hint: 'set one up in the settings of your account',
  });
}

async function update(
  dependencies: OrganizationDependencies,
  { userId, organization: { id } }: Member,
  actor: Actor,
  wish: UpdateOrganization,
): Promise<Organization> {
  const { db, activity, signIn, clock, peopleChanges } = dependencies;
  await db.transaction().execute(async (trx) => {
    const before = editable(await requireOrganization(trx, userId, id));
    const after = { ...before, ...wish };
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    if (after.ssoEnforced && !before.ssoEnforced && !(await hasSingleSignOn(trx, id))) {
      throw new ControlPlaneError('REQUEST_INVALID', 'single sign-on cannot be required: it is not set up', {
        hint: 'connect an identity provider first',
      });
    }
    if (after.name !== before.name) await rename(signIn, trx, id, after.name);
    await saveSettings(trx, id, after, clock());
    await activity.append(trx, id, actor, organizationEdited(id, before, after));
  });
  // Whom a second factor is required of counts for nothing on machines until they have one, and for something again afterwards.
  if (wish.twoFactorRoles !== undefined) {
    peopleChanges.publish({ organizationId: id, userIds: await listWithoutSecondFactor(db, id) });
  }
  return await get(dependencies, userId, id);
}

async function rename(signIn: SignIn, trx: Transaction<Database>, id: string, name: string): Promise<void> {
  await signIn.within(trx, async (auth) => {
    const rows = await writer(auth);
    await rows.update({ model: 'organization', where: [{ field: 'id', value: id }], update: { name } });
  });
}

async function requireOrganization(
  db: Kysely<Database>,
  userId: string,
  id: string,
): Promise<OrganizationRow> {
  const row = await findOrganization(db, userId, id);
  if (row !== undefined) return row;
  throw new ControlPlaneError('NOT_FOUND', 'no such organization, or none of yours');
}

const get = async (
  { db, publicUrl }: Pick<OrganizationDependencies, 'db' | 'publicUrl'>,
  userId: string,
  id: string,
): Promise<Organization> => toOrganization(publicUrl())(await requireOrganization(db, userId, id));

const editable = (row: OrganizationRow) => ({ name: row.name, ...toSettings(row) });

const toOrganization =
  (publicUrl: string) =>
  (row: OrganizationRow): Organization => {
    const { id, slug, name, createdAt, fingerprint } = row;
    const { twoFactorRoles, ssoEnforced } = toSettings(row);
    const role = row.role as Organization['role'];
    return {
      id,
      slug,
      name,
      role,
      twoFactorRoles: [...twoFactorRoles],
      ssoEnforced,
      ssoRedirectUri: toRedirectUri(slug, publicUrl),
      ...(fingerprint === null ? {} : { fingerprint }),
      createdAt: Date.parse(createdAt),
    };
  };
