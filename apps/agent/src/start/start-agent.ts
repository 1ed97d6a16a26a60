/** Composition root of the agent: gives every part what it needs, and knows the one order of start and stop. */

import type { LocalStatus } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { type Clock, systemClock } from '../clock.ts';
import type { AgentConfig } from '../config.ts';
import type { ConnectionTimings } from '../control-plane/connection.ts';
import { createDecider } from '../decider/decider.ts';
import { createDecisionChanges } from '../decider/decision-changes.ts';
import { loadEngines } from '../engines/wired-engines.ts';
import { createLocalSessions } from '../local-session/local-sessions.ts';
import { createSessionOffline } from '../offline-limit/session-offline.ts';
import type { RequiredSignInSource } from '../sign-in-required/required.ts';
import { checkReference } from '../sockets/check-reference.ts';
import { createDayCounts } from '../status/day-counts.ts';
import { type StatusSources, toHeartbeat, toLocalStatus } from '../status/local-status.ts';
import { countingDecisions, registerAgentMetrics } from '../status/metrics.ts';
import { createPeerUid } from '../subjects/peer-uid.ts';
import type { Base } from './base.ts';
import { createAgentConnection, createClient, startDecisionLog } from './start-connection.ts';
import { type CreatePoints, createUsualPoints, startPoints, startRequiredSignIn } from './start-points.ts';
import { startSeenHosts } from './start-seen-hosts.ts';
import { startPage, startSockets } from './start-sockets.ts';
import { startState } from './start-state.ts';

export interface RunningAgent {
  status(): LocalStatus;
  /** Fetches policy and assignment now. @throws AgentError when the control plane does not answer. */
  refresh(): Promise<void>;
  /** Lets connections end within a bounded time, puts the log on disk, frees the data directory. */
  stop(): Promise<void>;
}

export interface AgentDependencies {
  readonly log: Logger;
  readonly clock?: Clock;
  /** The points to run; the proxy point unless given. */
  readonly createPoints?: CreatePoints;
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
 * 9. sending of decisions, and of hosts that registries were seen to use
 */
async function startParts(
  config: AgentConfig,
  dependencies: AgentDependencies,
  started: AsyncDisposableStack,
): Promise<RunningAgent> {
  const { log, clock = systemClock, createPoints = createUsualPoints, timings = {} } = dependencies;
  const base: Base = { config, log, clock, started };
  const changes = createDecisionChanges();
  started.defer(() => changes.stop());
  const { key, store, contacts, revocation } = await startState(base, changes.announce);
  const client = createClient(base, key);
  const decisions = await startDecisionLog(base, store, client);

  const { snapshot } = store;
  const { offlineMs } = contacts;
  const { isRevoked } = revocation;
  const required = await startRequiredSignIn(base, dependencies.required);
  started.defer(required.onChange(changes.announce));
  const organization = config.organization.slug;
  const connection = createAgentConnection({
    ...base,
    client,
    store,
    timings,
    onContact: contacts.contact,
    revocation,
    heartbeat: () => toHeartbeat(sources),
  });
  const sessionOfflineMs = createSessionOffline({ connection: connection.status, offlineMs, isRevoked });
  const decider = createDecider({
    snapshot,
    offlineMs,
    sessionOfflineMs,
    isRevoked,
    clock,
    organization,
    required: required.current,
  });
  const metrics = new Registry();
  const counts = createDayCounts(clock);
  const recorder = countingDecisions(metrics, counts.counting(decisions));
  const peerUid = createPeerUid();
  const seenHosts = await startSeenHosts(base, store, client);
  const points = createPoints(config, { decider, recorder, log, metrics, peerUid, changes, seenHosts });
  await startPoints(points, base);

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
  await startPage(base, () => statusFor(undefined));

  connection.start();
  started.defer(() => connection.stop());
  decisions.start();
  seenHosts.start();
  log.info({ machine: config.machine.id, revision: snapshot()?.policy.revision ?? 0 }, 'agent started');
  return {
    status: () => statusFor(process.getuid?.()),
    refresh,
    stop: () => started.disposeAsync(),
  };
}

function ageMs(takenAt: number | undefined, clock: Clock): number | undefined {
  return takenAt === undefined ? undefined : Math.max(0, Math.round(clock.now() - takenAt));
}
