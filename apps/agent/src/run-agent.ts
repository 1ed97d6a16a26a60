/** Composition root of the agent: makes every part, gives each what it needs, and knows the one order of start and stop. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateJwk } from '@pullgate/bundle';
import type { Heartbeat, LocalStatus } from '@pullgate/protocol';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { AgentError, systemCodeOf } from './agent-error.ts';
import { type BundleStore, createBundleStore } from './bundle-store/bundle-store.ts';
import { type Clock, systemClock } from './clock.ts';
import { type AgentConfig, loadAgentConfig, toAgentPaths } from './config.ts';
import { type ControlPlaneClient, createControlPlaneClient } from './control-plane/client.ts';
import { type Connection, type ConnectionTimings, createConnection } from './control-plane/connection.ts';
import { createDocumentTaker } from './control-plane/document-taker.ts';
import { createTransport } from './control-plane/transport.ts';
import { lockDataDir } from './data-dir/data-dir-lock.ts';
import { createDecider } from './decider/decider.ts';
import { createDecisionLog, type DecisionLog } from './decision-log/decision-log.ts';
import { loadEngines } from './engines/wired-engines.ts';
import { checkClone } from './enrolment/cloned-machine.ts';
import { enrolUnattended } from './enrolment/unattended.ts';
import { startLocalPage } from './local-page/local-page.ts';
import { createLocalSessions } from './local-session/local-sessions.ts';
import { loadMachineKey } from './machine-key/machine-key.ts';
import { loadContactRecord } from './offline-limit/contact-record.ts';
import { createSessionOffline } from './offline-limit/session-offline.ts';
import type { Point, PointDependencies } from './point.ts';
import { parseProxyConfig } from './points/proxy/config.ts';
import { createProxyPoint } from './points/proxy/point.ts';
import type { RequiredSignInSource } from './sign-in-required/required.ts';
import { watchRequiredSignIn } from './sign-in-required/watch-required.ts';
import { checkReference } from './sockets/check-reference.ts';
import { startLocalServer } from './sockets/local-server.ts';
import { type LocalServices, toAdminRoutes, toAgentRoutes } from './sockets/routes.ts';
import { createDayCounts } from './status/day-counts.ts';
import { type StatusSources, toHeartbeat, toLocalStatus } from './status/local-status.ts';
import { countingDecisions, registerAgentMetrics } from './status/metrics.ts';
import { createPeerUid } from './subjects/peer-uid.ts';
import { subjectOf } from './subjects/subject-of.ts';

/** Loses at most so much of an offline limit to a crash. */
const STORE_CONTACT_MS = 60_000;

export interface RunningAgent {
  status(): LocalStatus;
  /** Fetches policy and assignment now. @throws AgentError when the control plane does not answer. */
  refresh(): Promise<void>;
  /** Lets connections end within a bounded time, puts the log on disk, frees the data directory. */
  stop(): Promise<void>;
}

export interface RunSettings {
  /** Puts every file below one directory; absent: the agent of the machine. */
  readonly dataDir?: string;
  /** `HOST:PORT`; wins over `agent.json`. */
  readonly proxyListen?: string;
  /** pino's levels; `info` unless given. Ignored with `log`. */
  readonly logLevel?: string;
  readonly log?: Logger;
  /** Ends the wait of a machine that enrols itself and has no network yet. */
  readonly signal?: AbortSignal;
}

/** Enrols the machine first where an `enrolment.json` says so. Loads `agent.json` and starts. @throws AgentError, and the coded errors of the points (`PORT_TAKEN`, …). */
export async function runAgent(settings: RunSettings): Promise<RunningAgent> {
  const { proxyListen, logLevel = 'info' } = settings;
  const paths = toAgentPaths(settings.dataDir);
  const { log = pino({ level: logLevel }), dataDir, signal } = settings;
  await checkClone(paths);
  await enrolUnattended({
    paths,
    log,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(signal === undefined ? {} : { signal }),
  });
  const config = await loadAgentConfig(paths, proxyListen === undefined ? {} : { proxyListen });
  return await startAgent(config, { log });
}

export interface AgentDependencies {
  readonly log: Logger;
  readonly clock?: Clock;
  /** The points to run; the proxy point unless given. */
  readonly createPoints?: (config: AgentConfig, dependencies: PointDependencies) => readonly Point[];
  readonly timings?: Partial<ConnectionTimings>;
  /** What enforces sign-in; the mechanisms of this platform unless given. */
  readonly required?: RequiredSignInSource;
}

/**
 * Starts an agent. What has started is stopped again, last first, when a later part fails, and by `stop`.
 *
 * @throws AgentError, and the coded errors of the points.
 */
export async function startAgent(
  config: AgentConfig,
  dependencies: AgentDependencies,
): Promise<RunningAgent> {
  const started = new AsyncDisposableStack();
  try {
    return await startParts(config, dependencies, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

/**
 * The order of start; stopping is the same list from its end.
 *
 * 1. data directory and its lock: nothing is read that another agent may be writing
 * 2. machine key
 * 3. last good bundle: from here on there are decisions, with or without a control plane
 * 4. decision log: from here on nothing that is decided is lost
 * 5. what enforces sign-in: no point serves before it is known
 * 6. points: engines are served; a port that is taken ends the start here
 * 7. local sockets, and the page for people, which may be off
 * 8. connection to the control plane, which may be away
 * 9. sending of decisions
 */
async function startParts(
  config: AgentConfig,
  dependencies: AgentDependencies,
  started: AsyncDisposableStack,
): Promise<RunningAgent> {
  const { log, clock = systemClock, createPoints = createUsualPoints, timings = {} } = dependencies;
  const base: Base = { config, log, clock, started };
  await lockDirectories(base);
  const key = await loadMachineKey(config.paths.keyFile);
  const store = createStore(base);
  await store.load();
  const contacts = await startContactRecord(base, store);
  const client = createClient(base, key);
  const decisions = await startDecisionLog(base, store, client);

  const { snapshot } = store;
  const { offlineMs } = contacts;
  const required = await startRequiredSignIn(base, dependencies.required);
  const organization = config.organization.slug;
  const connection = createAgentConnection({
    ...base,
    client,
    store,
    timings,
    onContact: contacts.contact,
    heartbeat: () => toHeartbeat(sources),
  });
  const sessionOfflineMs = createSessionOffline(connection.status, offlineMs);
  const decider = createDecider({
    snapshot,
    offlineMs,
    sessionOfflineMs,
    clock,
    organization,
    required: required.current,
  });
  const metrics = new Registry();
  const counts = createDayCounts(clock);
  const recorder = countingDecisions(metrics, counts.counting(decisions));
  const points = createPoints(config, {
    decider,
    recorder,
    log,
    metrics,
    peerUid: createPeerUid(),
  });
  for (const point of points) {
    await point.start();
    started.defer(() => point.stop());
  }

  const sources: StatusSources = {
    config,
    clock,
    store,
    offlineMs,
    sessionOfflineMs,
    connection: connection.status,
    points: () => points,
    counts,
    log: decisions.status,
    required: required.current,
    decider,
    engines: () => loadEngines(config.paths.enginesFile),
  };
  registerAgentMetrics(metrics, {
    revision: () => snapshot()?.policy.revision ?? 0,
    connected: () => connection.status().state === 'connected',
    offlineMs,
    log: decisions.status,
  });
  const statusFor = (uid: number | undefined): LocalStatus => toLocalStatus(sources, uid);
  const status = (): LocalStatus => statusFor(process.getuid?.());
  const { refresh } = connection;
  started.defer(required.onChange(connection.announceState));
  await startSockets(base, {
    status: statusFor,
    check: (request, uid) =>
      checkReference(request, {
        decider: decider.asking(uid),
        snapshot,
        policyAgeMs: () => ageMs(store.takenAt(), clock),
      }),
    refresh,
    ...createLocalSessions({ client, store, refresh, required: required.current, organization }),
    metrics: () => metrics.metrics(),
    recent: decisions.recent,
  });

  const page = await startLocalPage({
    listen: config.localPageListen,
    status: () => statusFor(undefined),
    log: log.child({ component: 'local-page' }),
  });
  started.defer(() => page.stop());

  connection.start();
  started.defer(() => connection.stop());
  decisions.start();
  log.info({ machine: config.machine.id, revision: snapshot()?.policy.revision ?? 0 }, 'agent started');
  return { status, refresh, stop: () => started.disposeAsync() };
}

/** What every part is made with; `started` takes what must be undone. */
interface Base {
  readonly config: AgentConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly started: AsyncDisposableStack;
}

async function lockDirectories({ config, started }: Base): Promise<void> {
  await makeDirectories(config);
  const lock = lockDataDir(config.paths.lockFile);
  started.defer(() => lock.release());
}

async function startRequiredSignIn(
  { config, log, started }: Base,
  given: RequiredSignInSource | undefined,
): Promise<RequiredSignInSource> {
  const organization = config.organization.slug;
  const source =
    given ??
    (await watchRequiredSignIn({
      organization,
      root: config.signInRoot,
      log: log.child({ component: 'sign-in' }),
    }));
  started.defer(() => source.stop());
  return source;
}

async function startContactRecord({ config, log, clock, started }: Base, store: BundleStore) {
  const path = join(config.paths.dataDir, 'contact.json');
  const contacts = await loadContactRecord(path, clock, store.takenAt() ?? clock.now());
  const keep = (): Promise<void> =>
    contacts.store().catch((err: unknown) => log.warn({ err }, 'contact not kept'));
  const timer = setInterval(() => void keep(), STORE_CONTACT_MS);
  started.defer(async () => {
    clearInterval(timer);
    await keep();
  });
  return contacts;
}

function createClient({ config, clock, started }: Base, key: PrivateJwk): ControlPlaneClient {
  const transport = createTransport(config);
  started.defer(() => transport.close());
  return createControlPlaneClient({
    transport,
    server: config.server,
    machineId: config.machine.id,
    key,
    clock,
  });
}

async function startDecisionLog(
  { config, log, clock, started }: Base,
  store: BundleStore,
  client: ControlPlaneClient,
): Promise<DecisionLog> {
  const decisions = await createDecisionLog({
    dir: join(config.paths.dataDir, 'spool'),
    maxBytes: config.spoolMaxBytes,
    clock,
    log: log.child({ component: 'decision-log' }),
    user: (uid) => {
      const snapshot = store.snapshot();
      // A record names who was signed in, also past the offline limit: that is about rights, not about who it was.
      return snapshot === undefined ? undefined : subjectOf(snapshot, uid, false).user;
    },
    send: client.sendDecisions,
  });
  started.defer(() => decisions.stop());
  return decisions;
}

function ageMs(takenAt: number | undefined, clock: Clock): number | undefined {
  return takenAt === undefined ? undefined : Math.max(0, Math.round(clock.now() - takenAt));
}

async function makeDirectories({ paths }: AgentConfig): Promise<void> {
  try {
    await mkdir(paths.dataDir, { recursive: true, mode: 0o700 });
    await mkdir(paths.runDir, { recursive: true, mode: 0o755 });
  } catch (error) {
    const message = `cannot make the agent's directories (${systemCodeOf(error) ?? 'unknown'})`;
    throw new AgentError('DATA_DIR_UNUSABLE', message, { cause: error });
  }
}

function createStore({ config, clock, log }: Base): BundleStore {
  return createBundleStore({
    dir: config.paths.dataDir,
    organizationId: config.organization.id,
    machineId: config.machine.id,
    recoveryKey: config.recoveryKey,
    fingerprint: config.fingerprint,
    clock,
    log: log.child({ component: 'bundle-store' }),
  });
}

function createUsualPoints(config: AgentConfig, dependencies: PointDependencies): readonly Point[] {
  const proxy = config.upstreamProxy;
  const upstream =
    proxy === undefined ? {} : { https: proxy.url, http: proxy.url, noProxy: proxy.noProxy.join(',') };
  return [createProxyPoint(parseProxyConfig({ listen: config.proxyListen, upstream }), dependencies)];
}

interface AgentConnectionParts extends Base {
  readonly client: ControlPlaneClient;
  readonly store: BundleStore;
  readonly timings: Partial<ConnectionTimings>;
  readonly onContact: () => void;
  readonly heartbeat: () => Heartbeat;
}

function createAgentConnection({ store, log, ...parts }: AgentConnectionParts): Connection {
  const taker = createDocumentTaker(store, () => connection.announceState());
  const connection = createConnection({
    ...parts,
    log: log.child({ component: 'control-plane' }),
    takeDocument: taker.take,
    etagOf: taker.etagOf,
  });
  return connection;
}

async function startSockets({ config, log, started }: Base, services: LocalServices): Promise<void> {
  const { paths } = config;
  const ownUid = process.getuid?.();
  const common = { log: log.child({ component: 'sockets' }) };
  const admin = await startLocalServer({
    ...common,
    path: paths.adminSocket,
    mode: 0o600,
    routes: toAdminRoutes(services),
    admits: (uid) => uid === undefined || uid === 0 || uid === ownUid,
  });
  started.defer(() => admin.stop());
  const agent = await startLocalServer({
    ...common,
    path: paths.agentSocket,
    mode: 0o666,
    routes: toAgentRoutes(services),
    admits: () => true,
  });
  started.defer(() => agent.stop());
}
