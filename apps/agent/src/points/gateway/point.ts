/** The life of the gateway point: what it covers, taking tunnels over, stopping. Leaves TLS to sessions.ts and requests to exchange.ts. */

import { formatAuthority } from '@pullgate/wire';
import { type Clock, systemClock } from '../../clock.ts';
import { createDialer, type Resolve } from '../../egress/dial.ts';
import { createOpenConnections } from '../../egress/open-connections.ts';
import { createEventThreads } from '../../linux/event-thread.ts';
import { createTlsLayer } from '../../linux/tls-layer.ts';
import type { InspectedTunnel, Inspection, Point, PointDependencies, PointStatus } from '../../point.ts';
import { createCertificates } from './certificates.ts';
import { createClientContexts } from './client-contexts.ts';
import type { GatewayConfig } from './config.ts';
import { createDistrust } from './distrust.ts';
import { createHeldBodies } from './held-bodies.ts';
import { createHeldBytes } from './hold-manifest.ts';
import { createTagKeeper } from './keep-tags.ts';
import { createGatewayMetrics } from './metrics.ts';
import { createNodeTls } from './node-tls.ts';
import { createNotes } from './notes.ts';
import { createRegistryPool } from './registry-pool.ts';
import type { Services } from './services.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSystemRoots, type SystemRoots } from './system-roots.ts';
import { createTagMemory } from './tag-memory.ts';
import type { TlsLayer } from './tls.ts';
import { createTokenPaths } from './token-paths.ts';
import { createUploadMemory } from './upload-memory.ts';

/** What a test, or a platform, puts in place of the usual. */
export interface GatewayEffects {
  readonly resolve?: Resolve;
  readonly roots?: SystemRoots;
  readonly clock?: Clock;
  /** Given the portable way of TLS. */
  readonly createTls?: (portable: TlsLayer, config: GatewayConfig) => TlsLayer;
}

export interface GatewayPoint extends Point, Inspection {}

/** Creates the point; it takes no tunnel before `start`. */
export function createGatewayPoint(
  config: GatewayConfig,
  dependencies: PointDependencies,
  effects: GatewayEffects = {},
): GatewayPoint {
  const log = dependencies.log.child({ component: 'gateway' });
  const { now } = effects.clock ?? systemClock;
  const stopped = new AbortController();
  const certificates = createCertificates(config.trustDir, log, now);
  const distrust = createDistrust(now);
  const tags = createTagMemory(now, () => keeper.wake());
  const keeper = createTagKeeper(config.tagsFile, tags, log);
  const services = createServices(config, { ...dependencies, log }, effects, {
    tags,
    stopped: stopped.signal,
  });
  const sessions: Sessions = createSessions(services, (tunnel) => failInspection(tunnel));
  let isOn = false;
  let unsubscribe = (): void => undefined;

  /** The client broke off, so there is nothing to answer; owners see it, and where the mode only observes it passes next time. */
  function failInspection({ decider, registry, target, uid }: InspectedTunnel): void {
    const decision = decider.refuse('gateway', 'INSPECTION_FAILED', registry);
    services.note.judged({ point: 'gateway', depth: 'host', registry, decision }, uid);
    if (decision.effect === 'forward') distrust.note(formatAuthority(target), uid);
  }

  function review(): void {
    services.pool.renew();
    services.open.review().catch((err: unknown) => log.error({ err }, 'open requests were not judged again'));
  }

  return {
    async start() {
      await Promise.all([keeper.load(), services.tls.start()]);
      isOn = true;
      unsubscribe = dependencies.changes?.onChange(review) ?? unsubscribe;
      log.info({ hosts: certificates.hosts().length }, 'gateway takes tunnels');
    },
    async stop() {
      isOn = false;
      unsubscribe();
      stopped.abort();
      sessions.destroy();
      services.pool.stop();
      await Promise.all([keeper.stop(), services.tls.stop()]);
    },
    status: () => toStatus(isOn, certificates.hosts()),
    covers: (target, uid) =>
      isOn && !distrust.isNoted(formatAuthority(target), uid) && certificates.find(target) !== undefined,
    async inspect(tunnel) {
      const certificate = certificates.find(tunnel.target);
      if (certificate === undefined || !isOn) tunnel.client.destroy();
      else await sessions.serve(tunnel, certificate);
    },
  };
}

function createServices(
  config: GatewayConfig,
  dependencies: PointDependencies,
  { resolve, roots, clock = systemClock, createTls }: GatewayEffects,
  { tags, stopped }: Pick<Services, 'tags'> & { readonly stopped: AbortSignal },
): Services {
  const { decider, log, seenHosts } = dependencies;
  const metrics = createGatewayMetrics(dependencies.metrics);
  const dialer = createDialer({
    allowsAddress: (address) => decider.allowsAddress(address),
    connectTimeoutMs: config.connectTimeoutMs,
    ...(resolve && { resolve }),
  });
  const portable = createNodeTls(log);
  const tls =
    createTls?.(portable, config) ??
    createTlsLayer(portable, config, dependencies.threads ?? createEventThreads());
  return {
    config,
    tls,
    bodies: tls.bodies && createHeldBodies(tls.bodies),
    pool: createRegistryPool({
      dialer,
      tls,
      upstream: config.upstream,
      contexts: createClientContexts(roots ?? createSystemRoots()),
      connectTimeoutMs: config.connectTimeoutMs,
      stopped,
    }),
    open: createOpenConnections(),
    tags,
    uploads: createUploadMemory(),
    held: { pulled: createHeldBytes(), put: createHeldBytes() },
    tokenPaths: createTokenPaths(),
    seenHosts,
    metrics,
    log,
    note: createNotes(dependencies, metrics, log, clock.now),
  };
}

/** A person wants to know which registries are looked into. */
function toStatus(isOn: boolean, hosts: readonly string[]): PointStatus {
  const detail = !isOn
    ? 'not started'
    : hosts.length === 0
      ? 'no certificates yet: sudo pullgate agent install --only trust'
      : hosts.join(', ');
  return { name: 'gateway', state: isOn && hosts.length > 0 ? 'on' : 'off', detail };
}
