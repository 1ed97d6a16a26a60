/** The connection of an organization to its identity provider: set, read, tested, removed. Leaves signing in to `admission.ts`. */

import { isDeepStrictEqual } from 'node:util';
import type { GroupMapping, SetSsoConnection, SsoConnection, SsoTest } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { SsoConnectionsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { refuseUnknownTeams } from '../teams/refuse-unknown.ts';
import { findTeamSlugs } from '../teams/store.ts';
import { discover } from './discovery.ts';
import { ssoConfigured, ssoRemoved, ssoTested } from './events.ts';
import { examine } from './examine.ts';
import { parseIssuer } from './issuer.ts';
import { deleteProvider, forgetAccounts, readProvider, writeProvider } from './provider-row.ts';
import { toRedirectUri } from './redirect-uri.ts';
import { deleteConnection, findConnection, putConnection } from './store.ts';

export interface SsoService {
  /** @throws ControlPlaneError NOT_FOUND */
  get(organizationId: string): Promise<SsoConnection>;
  /** @throws ControlPlaneError SSO_CONNECTION_INVALID, SSO_PROVIDER_UNREACHABLE, REQUEST_INVALID when a mapping names an unknown team */
  set(organization: OrganizationRef, actor: Actor, wish: SetSsoConnection): Promise<SsoConnection>;
  /** @throws ControlPlaneError NOT_FOUND */
  remove(organizationId: string, actor: Actor): Promise<void>;
  /** @throws ControlPlaneError NOT_FOUND */
  test(organizationId: string, actor: Actor): Promise<SsoTest>;
}

export interface SsoDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly clock: () => number;
  readonly publicUrl: () => string;
}

const DEFAULT_SCOPES = ['openid', 'email', 'profile'];

export function createSsoService(dependencies: SsoDependencies): SsoService {
  const { db, activity, signIn, publicUrl } = dependencies;
  return {
    get: async (organizationId) => toConnection(await requireConnection(db, organizationId), publicUrl()),
    set: (organization, actor, wish) => set(dependencies, organization, actor, wish),
    remove: async (organizationId, actor) => {
      await db.transaction().execute(async (trx) => {
        const row = await requireConnection(trx, organizationId);
        await deleteConnection(trx, organizationId);
        await signIn.within(trx, (auth) => deleteProvider(auth, row.provider_id));
        await activity.append(trx, organizationId, actor, ssoRemoved(row));
      });
    },
    test: async (organizationId, actor) => {
      const row = await requireConnection(db, organizationId);
      const config = await readProvider(signIn.auth(), row.provider_id);
      if (config === undefined) throw new ControlPlaneError('NOT_FOUND', 'no single sign-on is connected');
      const test = await examine(config, toRedirectUri(row.provider_id, publicUrl()));
      await db.transaction().execute(async (trx) => {
        await activity.append(trx, organizationId, actor, ssoTested(row, test));
      });
      return test;
    },
  };
}

async function set(
  dependencies: SsoDependencies,
  organization: OrganizationRef,
  actor: Actor,
  wish: SetSsoConnection,
): Promise<SsoConnection> {
  const { db, activity, signIn, publicUrl } = dependencies;
  const issuer = parseIssuer(wish.issuer);
  // Outside of the transaction: the database waits for nobody's network.
  const endpoints = await discover(issuer);
  refuseUnknownTeams(await findTeamSlugs(db, organization.id), wish.mappings ?? []);
  return await db.transaction().execute(async (trx) => {
    const before = await findConnection(trx, organization.id);
    const row = toRow(dependencies, organization, issuer, wish, before);
    await signIn.within(trx, async (auth) => {
      const known = await readProvider(auth, row.provider_id);
      const isSame =
        isDeepStrictEqual(known?.tokenEndpoint, endpoints.tokenEndpoint) && before?.issuer === issuer;
      const clientSecret = wish.clientSecret ?? (isSame ? known?.clientSecret : undefined);
      if (clientSecret === undefined) throw secretNeeded(before !== undefined);
      if (before !== undefined && before.issuer !== issuer) await forgetAccounts(auth, row.provider_id);
      const scopes = JSON.parse(row.scopes) as string[];
      const config = { ...endpoints, clientId: wish.clientId, clientSecret, pkce: true as const, scopes };
      const { provider_id: providerId } = row;
      await writeProvider(auth, { providerId, organizationId: organization.id, userId: actor.id, config });
    });
    await putConnection(trx, row);
    const entry = ssoConfigured(before, row, wish.clientSecret !== undefined);
    await activity.append(trx, organization.id, actor, entry);
    return toConnection(row, publicUrl());
  });
}

/** A kept secret goes to the address that it was given for, and to no other. */
function secretNeeded(isKnown: boolean): ControlPlaneError {
  const why = isKnown
    ? 'clientSecret is needed again: the issuer or its token endpoint is another'
    : 'clientSecret is needed';
  return new ControlPlaneError('SSO_CONNECTION_INVALID', why);
}

function toRow(
  { clock }: SsoDependencies,
  organization: OrganizationRef,
  issuer: string,
  wish: SetSsoConnection,
  before: SsoConnectionsTable | undefined,
): SsoConnectionsTable {
  if (wish.defaultRole === 'owner') {
    throw new ControlPlaneError('SSO_CONNECTION_INVALID', 'the default role cannot be owner: name the group');
  }
  return {
    organization_id: organization.id,
    // Known before the connection is, since the provider asks for the address first.
    provider_id: before?.provider_id ?? organization.slug,
    issuer,
    client_id: wish.clientId,
    ...toSettings(wish, before),
    created_at: before?.created_at ?? clock(),
    updated_at: clock(),
  };
}

/** What a change leaves out stays; what a new connection leaves out is as most have it. */
function toSettings(wish: SetSsoConnection, before: SsoConnectionsTable | undefined) {
  const toScopes = (scopes: readonly string[]) =>
    JSON.stringify([...new Set(['openid', 'email', ...scopes])]);
  return {
    scopes: wish.scopes === undefined && before ? before.scopes : toScopes(wish.scopes ?? DEFAULT_SCOPES),
    groups_claim: wish.groupsClaim ?? before?.groups_claim ?? 'groups',
    just_in_time: wish.justInTime === undefined ? (before?.just_in_time ?? 1) : Number(wish.justInTime),
    default_role: wish.defaultRole ?? before?.default_role ?? 'member',
    mappings: wish.mappings === undefined && before ? before.mappings : JSON.stringify(wish.mappings ?? []),
  };
}

async function requireConnection(db: Kysely<Database>, organizationId: string): Promise<SsoConnectionsTable> {
  const row = await findConnection(db, organizationId);
  if (row !== undefined) return row;
  throw new ControlPlaneError('NOT_FOUND', 'no single sign-on is connected');
}

function toConnection(row: SsoConnectionsTable, publicUrl: string): SsoConnection {
  return {
    issuer: row.issuer,
    clientId: row.client_id,
    scopes: JSON.parse(row.scopes) as string[],
    groupsClaim: row.groups_claim,
    justInTime: row.just_in_time === 1,
    defaultRole: row.default_role as SsoConnection['defaultRole'],
    mappings: JSON.parse(row.mappings) as GroupMapping[],
    redirectUri: toRedirectUri(row.provider_id, publicUrl),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
