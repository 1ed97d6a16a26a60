/** The life of the proxy point: listening, judging what is open again, stopping. Leaves limits to door.ts and each connection to connection.ts. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../clock.ts';
import { createDialer, type Resolve } from '../../egress/dial.ts';
import { createOpenConnections } from '../../egress/open-connections.ts';
import { createEventThreads } from '../../linux/event-thread.ts';
import { createSpliceRelay } from '../../linux/splice-relay.ts';
import type { Point, PointDependencies, PointStatus } from '../../point.ts';
import { createAskRegistry } from '../../recognition/ask-registry.ts';
import { createRecognizer } from '../../recognition/recognizer.ts';
import type { ProxyConfig } from './config.ts';
import { createDoor } from './door.ts';
import { ProxyError } from './errors.ts';
import { createProxyMetrics } from './metrics.ts';
import { createNotes } from './notes.ts';
import { createSocketRelay, type Relay } from './relay.ts';
import type { Services } from './services.ts';

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
  const relay =
    effects.relay ??
    createSpliceRelay(createSocketRelay(config), config, dependencies.threads ?? createEventThreads());
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
    open: createOpenConnections(),
    inspection: dependencies.inspection,
    recognizer: createRecognizer({
      ask: createAskRegistry(dialer, config.upstream),
      clock: systemClock,
      told: (answer) => metrics.recognitions.inc({ answer }),
    }),
    uid: undefined,
    note: createNotes(dependencies, metrics, log),
    stopping: stopping.signal,
    stopped: stopped.signal,
  };
  const door = createDoor(services, metrics, log);
  let server: Server | undefined;
  let unsubscribe = (): void => undefined;

  async function start(): Promise<void> {
    server = await listen(config, door.admit);
    // After listening only `accept` fails, for instance without file descriptors; the next accept may succeed.
    server.on('error', (error) => {
      metrics.limited.inc({ limit: 'accept' });
      log.warn({ err: error }, 'a connection could not be accepted');
    });
    unsubscribe = dependencies.changes?.onChange(review) ?? unsubscribe;
    log.info(address(), 'proxy listens');
  }

  function review(): void {
    services.open
      .review()
      .catch((err: unknown) => log.error({ err }, 'open connections were not judged again'));
  }

  async function stop(): Promise<void> {
    unsubscribe();
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
