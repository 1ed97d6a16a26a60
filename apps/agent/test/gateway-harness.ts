/** A gateway behind its proxy with a real policy, registries of test code behind it, and a client that trusts it. Holds no expectations. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type RequestListener, type RequestOptions, request } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { PolicyDocument } from '@pullgate/policy';
import { createFakeClock } from '@pullgate/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Clock } from '../src/clock.ts';
import { createDecider } from '../src/decider/decider.ts';
import { createEventThreads, type EventThread } from '../src/linux/event-thread.ts';
import type { DecisionEntry } from '../src/point.ts';
import { parseGatewayConfig } from '../src/points/gateway/config.ts';
import { createGatewayPoint, type GatewayEffects, type GatewayPoint } from '../src/points/gateway/point.ts';
import { parseProxyConfig } from '../src/points/proxy/config.ts';
import { createProxyPoint } from '../src/points/proxy/point.ts';
import { openTunnel } from './proxy-harness.ts';
import { snapshotOf } from './snapshot-of.ts';
import { makeTemporaryDirectory } from './temporary.ts';

export interface TestAuthority {
  readonly dir: string;
  readonly pem: string;
  /** Files of a certificate for these names. */
  issue(name: string): { readonly cert: string; readonly key: string };
  /** Its own certificate, as a server shows it that signed for itself. */
  self(): { readonly cert: string; readonly key: string };
}

export function createTestAuthority(dir: string, name: string): TestAuthority {
  mkdirSync(dir, { recursive: true });
  const at = (file: string): string => join(dir, file);
  openssl([
    'req',
    '-x509',
    '-nodes',
    '-days',
    '2',
    ...NEW_KEY,
    '-subj',
    `/CN=${name}`,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
  ]);
  return {
    dir,
    pem: readFileSync(at('ca.crt'), 'utf8'),
    self: () => ({ cert: readFileSync(at('ca.crt'), 'utf8'), key: readFileSync(at('ca.key'), 'utf8') }),
    issue(host) {
      writeFileSync(at(`${host}.ext`), `subjectAltName=${/^[0-9.]+$/.test(host) ? 'IP' : 'DNS'}:${host}\n`);
      const [key, csr, cert] = [at(`${host}.key`), at(`${host}.csr`), at(`${host}.crt`)];
      openssl(['req', '-new', '-nodes', ...NEW_KEY, '-subj', `/CN=${host}`, '-keyout', key, '-out', csr]);
      openssl([
        'x509',
        '-req',
        '-days',
        '2',
        '-in',
        csr,
        '-extfile',
        at(`${host}.ext`),
        '-CA',
        at('ca.crt'),
        '-CAkey',
        at('ca.key'),
        '-CAcreateserial',
        '-out',
        cert,
      ]);
      return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    },
  };
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

export interface GatewayLab extends AsyncDisposable {
  readonly proxyPort: number;
  readonly gateway: GatewayPoint;
  readonly records: DecisionEntry[];
  readonly seen: string[];
  /** Lines of the log, from `info` on. */
  readonly logged: string[];
  readonly metrics: Registry;
  readonly trustDir: string;
  /** What an engine on this machine trusts for inspected hosts. */
  readonly machineCa: TestAuthority;
  /** What the registries' own certificates are signed by. */
  readonly publicCa: TestAuthority;
  /** Puts another policy in force. */
  publish(changes: Partial<PolicyDocument>): void;
  /** Makes a certificate for an inspected host, as `agent install` does. */
  trust(host: string): void;
  /** Asks through the proxy, on a tunnel of its own. */
  ask(url: string, options?: AskOptions): Promise<Answer>;
  /** A TLS connection inside a tunnel to `host:port`. */
  connect(target: string, servername?: string): Promise<TLSSocket>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface Answer {
  readonly status: number;
  readonly phrase: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface GatewayLabOptions {
  readonly policy?: Partial<PolicyDocument>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** A clock of the gateway's own. */
  readonly clock?: Clock;
  /** How TLS is spoken; as on this platform unless given. */
  readonly createTls?: GatewayEffects['createTls'];
  /** Serve descriptors for both points; one of their own unless given, so that tunnels share connections to registries. */
  readonly threads?: readonly EventThread[];
}

/** Names ending in `.test` resolve to 127.0.0.1, those in `.metadata` to the cloud's metadata service. */
export async function startGatewayLab(options: GatewayLabOptions = {}): Promise<GatewayLab> {
  const dir = await makeTemporaryDirectory();
  const trustDir = join(dir, 'trust');
  const machineCa = createTestAuthority(join(dir, 'machine-ca'), 'this machine');
  const publicCa = createTestAuthority(join(dir, 'public-ca'), 'everybody');
  const records: DecisionEntry[] = [];
  const seen: string[] = [];
  const logged: string[] = [];
  let snapshot = snapshotOf(options.policy ?? {});
  const listeners = new Set<() => void>();
  const clock = createFakeClock();
  const decider = createDecider({
    snapshot: () => snapshot,
    offlineMs: () => 0,
    clock,
    organization: 'acme',
  });
  const metrics = new Registry();
  const dependencies = {
    decider,
    recorder: { record: (entry: DecisionEntry) => void records.push(entry) },
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    metrics,
    threads: options.threads ?? createEventThreads(1),
    changes: {
      onChange: (listener: () => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    seenHosts: {
      saw: (registry: string, host: string, kind: string) => void seen.push(`${registry} ${kind} ${host}`),
    },
  };
  const effects = { resolve: resolveTestNames, clock };
  const { createTls } = options;
  const gateway = createGatewayPoint(parseGatewayConfig({ trustDir, ...options.config }), dependencies, {
    ...effects,
    ...(options.clock && { clock: options.clock }),
    ...(createTls && { createTls }),
    roots: () => [publicCa.pem],
  });
  const proxy = createProxyPoint(
    parseProxyConfig({ listen: '127.0.0.1:0', stopTimeoutMs: 200 }),
    { ...dependencies, inspection: gateway },
    effects,
  );
  await gateway.start();
  await proxy.start();
  const proxyPort = proxy.address().port;

  async function connect(target: string, servername = target.replace(/:.*/, '')): Promise<TLSSocket> {
    const socket = await openTunnel(proxyPort, target);
    return connectTls({ socket, servername, ca: [machineCa.pem], ALPNProtocols: ['h2', 'http/1.1'] });
  }
  return {
    proxyPort,
    gateway,
    records,
    seen,
    logged,
    metrics,
    trustDir,
    machineCa,
    publicCa,
    publish(changes) {
      snapshot = snapshotOf(changes);
      for (const listener of listeners) listener();
    },
    trust(host) {
      const folder = join(trustDir, host);
      mkdirSync(folder, { recursive: true });
      const { cert, key } = machineCa.issue(host.replace(/:.*/, ''));
      writeFileSync(join(folder, 'key.pem'), key);
      writeFileSync(join(folder, 'leaf.pem'), cert);
    },
    connect,
    async ask(url, asked = {}) {
      const { host, port, pathname, search } = new URL(url);
      const socket = await connect(port === '' ? `${host}:443` : host);
      return await exchange(
        socket,
        { path: `${pathname}${search}`, headers: { host, ...asked.headers }, method: asked.method ?? 'GET' },
        asked.body,
      );
    },
    async [Symbol.asyncDispose]() {
      await proxy.stop();
      await gateway.stop();
    },
  };
}

async function resolveTestNames(host: string) {
  if (host.endsWith('.metadata')) return [{ address: '169.254.169.254', family: 4 }];
  if (host.endsWith('.test')) return [{ address: '127.0.0.1', family: 4 }];
  throw new Error('no such name');
}

/** One request on a connection of its own; what is cut rejects. */
export function exchange(
  socket: TLSSocket,
  options: RequestOptions,
  body?: Buffer | string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, createConnection: () => socket });
    socket.on('error', reject);
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        socket.destroy();
        resolve({
          status: response.statusCode ?? 0,
          phrase: response.statusMessage ?? '',
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.end(body);
  });
}

export interface TestRegistry extends AsyncDisposable {
  /** `host:port`, with the host it was started for. */
  readonly host: string;
  readonly port: number;
  readonly requests: IncomingMessage[];
}

/** An HTTPS server for one host, with a certificate of the public authority. */
export async function startTestRegistry(
  lab: GatewayLab,
  name: string,
  serve: RequestListener,
): Promise<TestRegistry> {
  const requests: IncomingMessage[] = [];
  const server = createHttpsServer({ ...lab.publicCa.issue(name) }, (incoming, response) => {
    requests.push(incoming);
    serve(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `${name}:${port}`,
    port,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
