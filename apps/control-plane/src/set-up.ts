/** Sets an organization up on a data directory while no server runs: organization, first owner, first revision, token. */

import { SCOPES } from '@pullgate/protocol';
import type { ControlPlaneConfig } from './config.ts';
import { type Core, openCore } from './core.ts';
import { ControlPlaneError, type Trouble } from './errors.ts';
import type { Actor } from './features/activity/service.ts';
import { createOrganizationKeys } from './features/bundles/organization-keys.ts';
import { createEnrollmentService } from './features/enrollment/service.ts';
import { publishFirst } from './features/organizations/first-revision.ts';
import { PASSWORD_LENGTH } from './sign-in/sign-in.ts';
import { toUnknownAddress } from './sign-in/unknown-address.ts';

export interface SetUpRequest {
  /** Slug; also its name at first. */
  readonly organization: string;
  /** With a password: the owner signs in with it. Without: a welcome code is issued. */
  readonly email?: string;
  readonly password?: string;
  readonly name?: string;
}

export interface SetUpResult {
  readonly organization: OrganizationFacts;
  /** API token of the owner with all scopes, for the command line. */
  readonly token: string;
  /** Token by which one machine enrols within the hour. */
  readonly enrollmentToken: string;
  /** One-time code for `/welcome?code=…`, good for a day, on this machine only. */
  readonly welcomeCode?: string;
}

interface OrganizationFacts {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** Where changes come from that are made on the server itself, without any client. */
export const ON_THE_SERVER: Actor['from'] = { address: 'local' };
const TOKEN_LIFE_S = 365 * 86_400;

/**
 * Stops half-way or not at all: what an earlier, interrupted set-up left is taken up and finished.
 * @throws ControlPlaneError CONFIG_INVALID, SET_UP_ALREADY, DATA_DIR_IN_USE
 */
export async function setUpOrganization(
  config: ControlPlaneConfig,
  request: SetUpRequest,
): Promise<SetUpResult> {
  refuseInvalid(request);
  return await withCore(config, (core) => setUp(core, config.dataDir, request));
}

/**
 * A fresh API token of the organization's first owner, with all scopes.
 * @throws ControlPlaneError NOT_SET_UP, DATA_DIR_IN_USE
 */
export async function issueOwnerToken(config: ControlPlaneConfig, organization: string): Promise<string> {
  return await withCore(config, async (core) => {
    const owner = await requireOwner(core, organization);
    return await createOwnerToken(core, owner);
  });
}

/**
 * A fresh welcome code for the organization's first owner, who lost the first one or let it expire.
 * @throws ControlPlaneError NOT_SET_UP, DATA_DIR_IN_USE
 */
export async function issueWelcomeCode(config: ControlPlaneConfig, organization: string): Promise<string> {
  return await withCore(config, async (core) => {
    const owner = await requireOwner(core, organization);
    return await core.signIn.issueWelcomeCode(owner.userId);
  });
}

export async function withCore<T>(config: ControlPlaneConfig, work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore(config, () => config.publicUrl ?? 'http://localhost', Date.now);
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}

function refuseInvalid({ organization, email, password }: SetUpRequest): void {
  const problems: Trouble[] = [];
  const refuse = (path: string, message: string) => problems.push({ code: 'CONFIG_INVALID', path, message });
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(organization)) {
    refuse('/organization', 'must be 1 to 64 of a-z, 0-9 and -, not at either end');
  }
  if ((email === undefined) !== (password === undefined)) refuse('/email', 'and password belong together');
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) refuse('/email', 'must be an e-mail address');
  const length = password?.length ?? PASSWORD_LENGTH.min;
  if (length < PASSWORD_LENGTH.min || length > PASSWORD_LENGTH.max) {
    refuse('/password', `must have ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters`);
  }
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ');
  throw new ControlPlaneError('CONFIG_INVALID', `cannot set up: ${list}`, { problems });
}

interface Owner {
  readonly userId: string;
  readonly name: string;
  readonly organization: OrganizationFacts;
}

async function setUp(core: Core, dataDir: string, request: SetUpRequest): Promise<SetUpResult> {
  const { db } = core;
  const found = await findOwner(core, request.organization);
  const owner = found ?? (await createOwner(core, request));
  const { organization } = owner;
  const head = await db
    .selectFrom('policy_heads')
    .select('revision')
    .where('organization_id', '=', organization.id)
    .executeTakeFirst();
  if (head !== undefined) {
    throw new ControlPlaneError('SET_UP_ALREADY', `the organization ${organization.slug} is set up already`);
  }
  const { email, password } = request;
  if (email !== undefined && password !== undefined) {
    await core.signIn.setCredentials(owner.userId, { email, password, name: owner.name });
  }
  await createOrganizationKeys({ db, dataDir, clock: core.clock }, organization);
  await db
    .transaction()
    .execute((trx) =>
      publishFirst(trx, { clock: core.clock, activity: core.activity.log }, organization, actorOf(owner)),
    );
  const result = {
    organization,
    token: await createOwnerToken(core, owner),
    enrollmentToken: await createMachineToken(core, owner),
  };
  if (email !== undefined) return result;
  return { ...result, welcomeCode: await core.signIn.issueWelcomeCode(owner.userId) };
}

async function createOwner(
  { signIn }: Core,
  { organization: slug, email, name = 'Owner' }: SetUpRequest,
): Promise<Owner> {
  const person = await signIn.findOrCreateUser({ email: email ?? toUnknownAddress(slug), name });
  const { id } = await signIn.createOrganization({ slug, name: slug, ownerId: person.id });
  return { userId: person.id, name, organization: { id, slug, name: slug } };
}

/** The longest-standing owner of the organization. */
async function findOwner({ db }: Core, slug: string): Promise<Owner | undefined> {
  const row = await db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .innerJoin('user', 'user.id', 'member.userId')
    .select(['user.id as userId', 'user.name', 'organization.id', 'organization.name as organizationName'])
    .where('organization.slug', '=', slug)
    .where('member.role', '=', 'owner')
    .orderBy('member.createdAt')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { userId, name, id, organizationName } = row;
  return { userId, name, organization: { id, slug, name: organizationName } };
}

async function requireOwner(core: Core, slug: string): Promise<Owner> {
  const owner = await findOwner(core, slug);
  if (owner !== undefined) return owner;
  throw new ControlPlaneError('NOT_SET_UP', `there is no organization ${slug} with an owner here`);
}

const actorOf = ({ userId }: Owner): Actor => ({ kind: 'user', id: userId, from: ON_THE_SERVER });

async function createOwnerToken({ tokens }: Core, owner: Owner): Promise<string> {
  const by = { id: owner.userId, name: owner.name, scopes: SCOPES };
  const wish = { name: 'command line', expiresIn: TOKEN_LIFE_S };
  const { token } = await tokens.service.create(owner.organization.id, by, actorOf(owner), wish);
  return required(token);
}

/** For the agent of this machine, which `up` starts next. */
async function createMachineToken({ db, clock, newId, activity }: Core, owner: Owner): Promise<string> {
  const enrollment = createEnrollmentService({ db, clock, newId, activity: activity.log });
  const by = { id: owner.userId, name: owner.name };
  const { token } = await enrollment.create(owner.organization.id, by, actorOf(owner), {});
  return required(token);
}

function required(token: string | undefined): string {
  if (token !== undefined) return token;
  throw new ControlPlaneError('INTERNAL', 'a new token came without its text');
}
