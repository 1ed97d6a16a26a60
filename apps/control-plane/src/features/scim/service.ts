/** The SCIM connection of an organization: its mappings and credentials. The plugin keeps connection and credentials, we keep the mappings. */

import type { ScimConnection, ScimCredential, SetScim } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { Auth, SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { refuseUnknownTeams } from '../teams/refuse-unknown.ts';
import { findTeamSlugs } from '../teams/store.ts';
import { credentialCreated, credentialRevoked, scimConfigured, scimRemoved } from './events.ts';
import { toGrants } from './grants.ts';
import { createRun, inRun, type Run } from './run.ts';
import { type Connection, countResources, dropConnection, findConnection, keepConnection } from './store.ts';

export interface ScimService {
  /** @throws ControlPlaneError NOT_FOUND when there is none */
  read(organizationId: string): Promise<ScimConnection>;
  /** Opens the organization to a directory, or changes what its groups give, for everybody at once. @throws REQUEST_INVALID */
  /** Keeps the mappings that it has when `wish` leaves them out. */
  configure(organizationId: string, actor: Actor, wish: SetScim): Promise<ScimConnection>;
  /** Ends every credential. People keep the place that they have; configured again, the directory finds them again. @throws NOT_FOUND */
  remove(organizationId: string, actor: Actor): Promise<void>;
  /** The answer is the only one that carries the token. @throws NOT_FOUND, REQUEST_INVALID */
  createCredential(organizationId: string, actor: Actor): Promise<ScimCredential>;
  /** @throws NOT_FOUND */
  revokeCredential(organizationId: string, actor: Actor, id: string): Promise<void>;
}

export interface ScimServiceDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly peopleChanges: PeopleChanges;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly publicUrl: () => string;
}

/** Long enough that a yearly change is a planned one. The plugin measures it by the clock of the machine. */
const CREDENTIAL_LIFE_MS = 365 * 86_400_000;
const SCOPES = ['scim.users.read', 'scim.users.write', 'scim.groups.read', 'scim.groups.write'] as const;

export function createScimService(dependencies: ScimServiceDependencies): ScimService {
  const { db, activity, signIn } = dependencies;
  const inOne = <T>(work: (trx: Transaction<Database>, auth: Auth) => Promise<T>): Promise<T> =>
    db.transaction().execute((trx) => signIn.within(trx, (auth) => work(trx, auth)));
  return {
    read: (organizationId) => read(dependencies, organizationId),
    configure: (organizationId, actor, wish) => configure(dependencies, organizationId, actor, wish),
    remove: (organizationId, actor) =>
      inOne(async (trx, auth) => {
        const connection = await required(trx, organizationId);
        const place = placeOf(organizationId, connection.connectionId);
        for (const { credentialId, status } of (await auth.api.getSCIMManagedConnection({ body: place }))
          .credentials) {
          if (status !== 'active') continue;
          const body = { ...place, actorId: actor.id, credentialId };
          await auth.api.revokeSCIMManagedCredential({ body });
        }
        await dropConnection(trx, organizationId);
        await activity.append(
          trx,
          organizationId,
          actor,
          scimRemoved(connection.connectionId, connection.mappings),
        );
      }),
    createCredential: (organizationId, actor) =>
      inOne(async (trx, auth) => {
        const { connectionId } = await required(trx, organizationId);
        const body = { ...placeOf(organizationId, connectionId), ...policyFor(actor) };
        const { credential, token } = await inOurWords(() => auth.api.rotateSCIMManagedCredential({ body }));
        const expiresAt = credential.expiresAt.getTime();
        const entry = credentialCreated(connectionId, credential.credentialId, expiresAt);
        await activity.append(trx, organizationId, actor, entry);
        return { id: credential.credentialId, token, expiresAt };
      }),
    revokeCredential: (organizationId, actor, id) =>
      inOne(async (trx, auth) => {
        const { connectionId } = await required(trx, organizationId);
        const body = { ...placeOf(organizationId, connectionId), credentialId: id, actorId: actor.id };
        await inOurWords(() => auth.api.revokeSCIMManagedCredential({ body }));
        await activity.append(trx, organizationId, actor, credentialRevoked(connectionId, id));
      }),
  };
}

const placeOf = (organizationId: string, connectionId: string) => ({
  provisioningDomainId: organizationId,
  connectionId,
});

const policyFor = (actor: Actor) => ({
  actorId: actor.id,
  scopes: SCOPES,
  expiresAt: new Date(Date.now() + CREDENTIAL_LIFE_MS),
});

async function required(db: Kysely<Database>, organizationId: string): Promise<Connection> {
  const connection = await findConnection(db, organizationId);
  if (connection !== undefined) return connection;
  throw new ControlPlaneError('NOT_FOUND', 'no directory provisions this organization', {
    hint: 'PUT …/scim opens it to one',
  });
}

async function read(
  { db, signIn, publicUrl }: ScimServiceDependencies,
  organizationId: string,
): Promise<ScimConnection> {
  const { connectionId, mappings, createdAt } = await required(db, organizationId);
  const body = placeOf(organizationId, connectionId);
  const { credentials } = await signIn.auth().api.getSCIMManagedConnection({ body });
  return {
    url: `${publicUrl()}/scim/v2`,
    mappings: [...mappings],
    credentials: credentials
      .filter(({ status }) => status === 'active' || status === 'expired')
      .map((one) => ({
        id: one.credentialId,
        createdAt: one.createdAt.getTime(),
        expiresAt: one.expiresAt.getTime(),
        ...(one.lastUsedAt === null ? {} : { lastUsedAt: one.lastUsedAt.getTime() }),
      })),
    ...(await countResources(db, organizationId)),
    createdAt,
  };
}

async function configure(
  dependencies: ScimServiceDependencies,
  organizationId: string,
  actor: Actor,
  wish: SetScim,
): Promise<ScimConnection> {
  const { db, activity, signIn, clock, peopleChanges } = dependencies;
  refuseUnknownTeams(await findTeamSlugs(db, organizationId), wish.mappings ?? []);
  const before = await db.transaction().execute((trx) =>
    signIn.within(trx, async (auth) => {
      const known = await findConnection(trx, organizationId);
      const connectionId =
        known?.connectionId ?? (await openConnection(auth, organizationId, actor, dependencies.newId()));
      const createdAt = known?.createdAt ?? clock();
      const mappings = wish.mappings ?? known?.mappings ?? [];
      await keepConnection(trx, organizationId, { connectionId, mappings, createdAt });
      await activity.append(
        trx,
        organizationId,
        actor,
        scimConfigured(connectionId, known?.mappings, mappings),
      );
      return known?.mappings ?? [];
    }),
  );
  const run = createRun(actor.from, { formerGrants: toGrants(before) });
  await inRun(run, () =>
    signIn.auth().api.reconcileSCIMProjection({ body: { provisioningDomainId: organizationId } }),
  );
  publishChanges(run, peopleChanges);
  return await read(dependencies, organizationId);
}

/** A closed connection is opened again with its people: under another one they would have two directories, and could not be deactivated by either. */
async function openConnection(
  auth: Auth,
  organizationId: string,
  actor: Actor,
  requestId: string,
): Promise<string> {
  const body = { provisioningDomainId: organizationId };
  const { connections } = await auth.api.listSCIMManagedConnections({ body });
  const kept = connections.find(({ status }) => status === 'active');
  if (kept !== undefined) return kept.connectionId;
  const { connection, credential } = await auth.api.createSCIMManagedConnection({
    body: { ...body, ...policyFor(actor), creationRequestId: `pullgate:${requestId}` },
  });
  // The plugin opens a connection with a credential; nobody has seen its token, and nobody needs it.
  await auth.api.revokeSCIMManagedCredential({
    body: {
      ...placeOf(organizationId, connection.connectionId),
      credentialId: credential.credentialId,
      actorId: actor.id,
    },
  });
  return connection.connectionId;
}

/** Tells the machines, after the commit, whom a directory changed. */
export function publishChanges({ changed }: Run, peopleChanges: PeopleChanges): void {
  for (const [organizationId, userIds] of changed) {
    peopleChanges.publish({ organizationId, userIds: [...userIds] });
  }
}

/** The plugin's refusals of a credential: not known, or too many of them. */
async function inOurWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 404 || statusCode === 400)
      throw new ControlPlaneError('NOT_FOUND', 'no such credential');
    if (statusCode !== 409) throw error;
    throw new ControlPlaneError(
      'REQUEST_INVALID',
      'there are five credentials already, or this one is not good any more',
      {
        hint: 'revoke one that is not in use',
      },
    );
  }
}
