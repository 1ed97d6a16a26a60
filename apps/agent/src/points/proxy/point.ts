/** The life of the proxy point: listening, limits, stopping, and telling what happened. Leaves each connection to connection.ts. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createSpliceRelay } from '../../linux/proxy-splice.ts';
import type { Point, PointDependencies, PointStatus } from '../../point.ts';
import type { ProxyConfig } from './config.ts';
import { serveConnection } from './connection.ts';
import { createDialer, type Resolve } from './dial.ts';
import { ProxyError } from './errors.ts';
import { createProxyMetrics, type ProxyMetrics } from './metrics.ts';
import { createSocketRelay, type Relay } from './relay.ts';
import { answerAndClose, encodeFailure, TOO_MANY } from './reply.ts';
import type { Notes, Services } from './services.ts';

/** What a test, or a platform, puts in place of the usual. */
export interface ProxyEffects {
  readonly resolve?: Resolve;
  readonly relay?: Relay;
}

export interface ProxyPoint extends Point {
  /** Where it listens once started; the port is the real one when 0 was configured. */
  address(): { readonly host: string; readonly port: number };
}

/** Creates the point; nothing listens before `start`. */
export function createProxyPoint(
  config: ProxyConfig,
  dependencies: PointDependencies,
  effects: ProxyEffects = {},
): ProxyPoint {
  const log = dependencies.log.child({ component: 'proxy' });
  const relay = effects.relay ?? createSpliceRelay(createSocketRelay(config), config);
  const metrics = createProxyMetrics(dependencies.metrics, () => relay.totals());
  const stopping = new AbortController();
  const stopped = new AbortController();
  const { decider } = dependencies;
  const dialer = createDialer({
    allowsAddress: (address) => decider.allowsAddress(address),
    connectTimeoutMs: config.connectTimeoutMs,
    ...(effects.resolve && { resolve: effects.resolve }),
  });
  const services: Services = {
    config,
    decider,
    peerUid: dependencies.peerUid ?? (() => undefined),
    dialer,
    relay,
    note: createNotes(dependencies, metrics, log),
    stopping: stopping.signal,
    stopped: stopped.signal,
  };
  const door = createDoor(services, metrics, log);
  let server: Server | undefined;

  async function start(): Promise<void> {
    server = await listen(config, door.admit);
    // After listening only `accept` fails, for instance without file descriptors; the next accept may succeed.
    server.on('error', (error) => {
      metrics.limited.inc({ limit: 'accept' });
      log.warn({ err: error }, 'a connection could not be accepted');
    });
    log.info(address(), 'proxy listens');
  }

  async function stop(): Promise<void> {
    const closing = server && once(server, 'close');
    server?.close();
    stopping.abort();
    await Promise.race([door.empty(), sleep(config.stopTimeoutMs, undefined, { ref: false })]);
    stopped.abort();
    await relay.stop();
    door.destroy();
    await closing;
    await door.empty();
    server = undefined;
  }

  function address(): { host: string; port: number } {
    const bound = server?.address();
    return bound && typeof bound === 'object' ? { host: bound.address, port: bound.port } : config.listen;
  }

  function status(): PointStatus {
    const { host, port } = address();
    const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return {
      name: 'proxy',
      state: server ? 'on' : 'off',
      detail: server ? `http://${place}` : 'not started',
    };
  }
  return { start, stop, status, address };
}

async function listen(config: ProxyConfig, admit: (client: Socket) => void): Promise<Server> {
  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, pauseOnConnect: true },
    admit,
  );
  const { host, port } = config.listen;
  server.listen({ host, port });
  try {
    await once(server, 'listening');
    return server;
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!taken)
      throw new ProxyError('LISTEN_FAILED', `the proxy cannot listen on ${host} port ${port}`, { cause });
    throw new ProxyError('PORT_TAKEN', `port ${port} on ${host} is taken by another program`, {
      cause,
      hint: `see who holds it with "ss -ltnp sport = :${port}", or set another address for the proxy`,
    });
  }
}

interface Door {
  admit(client: Socket): void;
  /** Resolves when no connection is served any more. */
  empty(): Promise<void>;
  destroy(): void;
}

/** Counts connections, all and by source address, and turns away what is too much. */
function createDoor(services: Services, metrics: ProxyMetrics, log: Logger): Door {
  const served = new Map<Socket, Promise<void>>();
  const perAddress = new Map<string, number>();
  const { maxConnections, maxConnectionsPerAddress } = services.config;

  function admit(client: Socket): void {
    client.on('error', () => undefined);
    const source = client.remoteAddress ?? '';
    const count = perAddress.get(source) ?? 0;
    if (served.size >= maxConnections || count >= maxConnectionsPerAddress) {
      metrics.limited.inc({ limit: 'connections' });
      answerAndClose(client, encodeFailure(TOO_MANY));
      return;
    }
    perAddress.set(source, count + 1);
    metrics.openConnections.inc();
    served.set(client, serve(client, source));
  }

  async function serve(client: Socket, source: string): Promise<void> {
    try {
      await serveConnection(client, services);
      await closing(client);
    } catch (error) {
      log.error({ err: error }, 'a connection failed unexpectedly');
      client.destroy();
    }
    served.delete(client);
    const count = perAddress.get(source) ?? 1;
    if (count > 1) perAddress.set(source, count - 1);
    else perAddress.delete(source);
    metrics.openConnections.dec();
  }
  return {
    admit,
    async empty() {
      await Promise.all(served.values());
    },
    destroy() {
      for (const client of served.keys()) client.destroy();
    },
  };
}

/** A reset by the client is an end like any other: what waits with `once` would take it for a failure of ours. */
function closing(client: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (client.closed) resolve();
    else client.once('close', () => resolve());
  });
}

function createNotes({ decider, recorder }: PointDependencies, metrics: ProxyMetrics, log: Logger): Notes {
  return {
    judged(judgement, uid) {
      const { decision, registry } = judgement;
      if (decision.mode === 'off') return;
      recorder.record({ ...judgement, ...toUid(uid) });
      metrics.connections.inc({ verdict: decision.verdict });
      if (decision.effect === 'refuse') metrics.refused.inc({ reason: decision.reason });
      log.debug({ registry, reason: decision.reason, effect: decision.effect }, 'request judged');
    },
    malformed(problem, uid) {
      metrics.malformed.inc();
      const decision = decider.asking(uid).refuse('proxy', 'REQUEST_INVALID');
      if (decision.mode !== 'off')
        recorder.record({ point: 'proxy', depth: 'host', registry: '', decision, ...toUid(uid) });
      log.debug({ problem }, 'malformed request');
    },
    failed(kind, message) {
      metrics.failures.inc({ kind });
      log.info({ kind, problem: message }, 'target not reached');
    },
    limited(limit) {
      metrics.limited.inc({ limit });
    },
    moved(direction, bytes) {
      metrics.bytes.inc({ direction }, bytes);
    },
    async tunnel(run) {
      metrics.openTunnels.inc();
      try {
        await run();
      } finally {
        metrics.openTunnels.dec();
      }
    },
  };
}

function toUid(uid: number | undefined): { uid?: number } {
  return uid === undefined ? {} : { uid };
}
