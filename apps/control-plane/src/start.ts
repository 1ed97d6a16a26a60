/** Composition root: opens the data directory, wires the features from one object of named dependencies, listens. */

import type { AddressInfo } from 'node:net';
import { quote } from '@pullgate/errors';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type ControlPlaneConfig, isLoopbackHost } from './config.ts';
import { type Core, openCore, trustedOrigins } from './core.ts';
import type { Dependencies } from './dependencies.ts';
import { ControlPlaneError } from './errors.ts';
import { createAccount } from './features/account/create.ts';
import { createBundles } from './features/bundles/create.ts';
import { createCatalog } from './features/catalog/create.ts';
import { createCheck } from './features/check/create.ts';
import { createConsole } from './features/console/create.ts';
import { createDecisions } from './features/decisions/create.ts';
import { createDevice } from './features/device/create.ts';
import { createDomains } from './features/domains/create.ts';
import { createDrafts } from './features/drafts/create.ts';
import { createEnrollment } from './features/enrollment/create.ts';
import { createExports } from './features/exports/create.ts';
import { createHealth } from './features/health/create.ts';
import { createImpact } from './features/impact/create.ts';
import { createInvitations } from './features/invitations/create.ts';
import { createMachineSessions } from './features/machine-sessions/create.ts';
import { createMachines } from './features/machines/create.ts';
import { createMembers } from './features/members/create.ts';
import { createMembership } from './features/members/membership.ts';
import { createOrganizations } from './features/organizations/create.ts';
import { createOverview } from './features/overview/create.ts';
import { createPolicy } from './features/policy/create.ts';
import { createRegistries } from './features/registries/create.ts';
import { createRegistryHosts } from './features/registry-hosts/create.ts';
import { createRollout } from './features/rollout/create.ts';
import { createScim } from './features/scim/create.ts';
import { createSession } from './features/session/create.ts';
import { createSignInPages } from './features/sign-in/create.ts';
import { createSignInFiles } from './features/sign-in-files/create.ts';
import { createSingleSignOn } from './features/single-sign-on/create.ts';
import { createTeams } from './features/teams/create.ts';
import { isApiToken } from './features/tokens/service.ts';
import { createWelcome } from './features/welcome/create.ts';
import { guardAccess, machineOf } from './http/access.ts';
import { DEFAULT_RATE_LIMITS, limitFailures, limitRates, type RateLimits } from './http/limits.ts';
import { documentRoutes } from './http/openapi.ts';
import { type App, createServer } from './http/server.ts';
import { createMail } from './mail/create.ts';
import type { Publication } from './publications.ts';
import { createTopic } from './topic.ts';

export interface ControlPlane {
  /** Origin that people and machines use. */
  readonly url: string;
  /** Ends open streams, finishes what is under way, closes the database. */
  close(): Promise<void>;
}

/** What tests and embedding programs may put in place of the defaults. */
export interface StartOptions {
  readonly log?: Logger;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  readonly limits?: RateLimits;
  /** Called with the open data directory, before the server listens. */
  readonly onCore?: (core: Core) => void;
}

/**
 * Starts the control plane on a data directory that was set up.
 * @throws ControlPlaneError DATA_DIR_IN_USE, DATA_DIR_NEWER, NOT_SET_UP, LISTEN_FAILED
 */
export async function startControlPlane(
  config: ControlPlaneConfig,
  options: StartOptions = {},
): Promise<ControlPlane> {
  const log = options.log ?? pino({ name: 'control-plane', level: config.logLevel });
  let url = config.publicUrl ?? toUrl(config, config.listen.port);
  const core = await openCore(
    config,
    () => url,
    options.clock ?? Date.now,
    (err) => log.error({ err }, 'listener of people changes failed'),
  );
  options.onCore?.(core);
  const stopping = new AbortController();
  try {
    await requireSetUp(core);
    const app = await createServer(config, log, () => url);
    await documentRoutes(app);
    app.addHook('preClose', async () => stopping.abort());
    app.addHook('onClose', async () => await core.close());
    wire(
      app,
      toDependencies(core, config, log, () => url, stopping.signal),
      core,
      options.limits,
    );
    const { port } = await listen(app, config);
    url = config.publicUrl ?? toUrl(config, port);
    log.info({ url }, 'control plane listens');
    return { url, close: async () => await app.close() };
  } catch (error) {
    await core.close();
    throw error;
  }
}

function toDependencies(
  core: Core,
  config: ControlPlaneConfig,
  log: Logger,
  publicUrl: () => string,
  stopping: AbortSignal,
): Dependencies {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return {
    config,
    db: core.db,
    log,
    clock: core.clock,
    newId: core.newId,
    activity: core.activity.log,
    signIn: core.signIn,
    publications: createTopic<Publication>((err) => log.error({ err }, 'listener of publications failed')),
    peopleChanges: core.peopleChanges,
    metrics,
    publicUrl,
    stopping,
  };
}

/** Every feature, and who may use its routes. The order is that of the OpenAPI document. */
function wire(app: App, dependencies: Dependencies, core: Core, limits = DEFAULT_RATE_LIMITS): void {
  const plain = app as unknown as FastifyInstance;
  const { config, publicUrl } = dependencies;
  const isTrustedOrigin = (origin: string) => trustedOrigins(config, publicUrl()).includes(origin);
  const membership = createMembership(dependencies);
  const session = createSession({ ...dependencies, isTrustedOrigin });
  const organizations = createOrganizations(dependencies);
  const members = createMembers({ ...dependencies, membership });
  const teams = createTeams({ ...dependencies, membership });
  const mailer = createMail(dependencies);
  const invitations = createInvitations({ ...dependencies, membership, mailer, isTrustedOrigin });
  const health = createHealth(dependencies);
  const machinesWithoutDepth = (organizationId: string) =>
    machines.service.machinesWithoutDepth(organizationId);
  const domains = createDomains(dependencies);
  const account = createAccount({ ...dependencies, mailer, isTrustedOrigin });
  const { passwords } = account;
  const { landing } = account.service;
  const singleSignOn = createSingleSignOn({ ...dependencies, membership, landing, isTrustedOrigin });
  const drafts = createDrafts({ ...dependencies, machinesWithoutDepth });
  const policy = createPolicy({ ...dependencies, machinesWithoutDepth });
  const registries = createRegistries({ ...dependencies, drafts: drafts.service });
  const catalog = createCatalog(dependencies);
  const registryHosts = createRegistryHosts({ ...dependencies, drafts: drafts.service });
  const check = createCheck(dependencies);
  const welcome = createWelcome({ ...dependencies, isTrustedOrigin });
  const device = createDevice({ ...dependencies, isTrustedOrigin });
  const webConsole = createConsole(dependencies);
  const signInPages = createSignInPages({ ...dependencies, passwords, landing, isTrustedOrigin });
  const tokenLimit = limitRates(plain, limits);
  const bundles = createBundles(dependencies);
  const decisions = createDecisions(dependencies);
  const machineSessions = createMachineSessions({
    ...dependencies,
    assignments: bundles.service.assignments,
    tokens: core.tokens.service,
    machineTokenLimit: limitFailures(plain, limits.failedTokens, (request) => machineOf(request).machineId),
  });
  const machines = createMachines({
    ...dependencies,
    audiences: () => trustedOrigins(config, publicUrl()),
    endSessionsOn: machineSessions.service.endAllOn,
    onRevoked: bundles.hub.close,
    onHeartbeat: machineSessions.noteUse,
  });
  const { flush } = machines.service;
  const overview = createOverview({
    ...dependencies,
    machines: machines.service,
    registryHosts: registryHosts.service,
  });
  const enrollment = createEnrollment({ ...dependencies, tokenLimit });
  const scim = createScim({
    ...dependencies,
    tokenLimit,
    membership: createMembership(dependencies),
  });
  const rollout = createRollout({ ...dependencies, flush });
  const impact = createImpact({ ...dependencies, reader: decisions.reader, flush });
  const exported = createExports({ ...dependencies, reader: decisions.reader });
  guardAccess(plain, {
    tokenLimit,
    token: (token) =>
      isApiToken(token) ? core.tokens.service.authenticate(token) : session.service.authenticateToken(token),
    session: session.service.authenticate,
    membership: session.service.membership,
    machine: machines.authenticate,
    isTrustedOrigin,
  });
  for (const feature of [
    session,
    organizations,
    members,
    teams,
    invitations,
    account,
    domains,
    singleSignOn,
    overview,
    policy,
    drafts,
    registries,
    catalog,
    registryHosts,
    impact,
    check,
    machines,
    machineSessions,
    createSignInFiles(),
    enrollment,
    rollout,
    decisions,
    bundles,
    core.activity,
    exported,
    core.tokens,
    scim,
    health,
    welcome,
    device,
    signInPages,
    webConsole,
  ]) {
    feature.routes(app);
  }
}

async function requireSetUp({ db }: Core): Promise<void> {
  const organization = await db.selectFrom('organization').select('id').limit(1).executeTakeFirst();
  if (organization !== undefined) return;
  throw new ControlPlaneError('NOT_SET_UP', 'the data directory holds no organization', {
    hint: 'set one up first: pullgate up',
  });
}

async function listen(app: App, { listen: { host, port } }: ControlPlaneConfig): Promise<AddressInfo> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'the port is taken' : 'it failed';
    throw new ControlPlaneError('LISTEN_FAILED', `cannot listen on ${quote(`${host}:${port}`)}: ${reason}`, {
      cause,
      hint: 'stop the program that holds the port, or choose another --listen',
    });
  }
  return app.server.address() as AddressInfo;
}

function toUrl({ listen: { host }, tls }: ControlPlaneConfig, port: number): string {
  const name = isLoopbackHost(host) ? (host === '::1' ? '[::1]' : host) : 'localhost';
  return new URL(`${tls === undefined ? 'http' : 'https'}://${name}:${port}`).origin;
}
