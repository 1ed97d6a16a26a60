/** Raw peers for the tests of a hostile registry and a hostile client. Holds no expectations. */

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { PolicyDocument, RegistryEntry } from '@pullgate/policy';
import { type GatewayLab, type GatewayLabOptions, startGatewayLab } from './gateway-harness.ts';
import { until } from './temporary.ts';

export interface RawRegistry extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** What came on all connections, as text. */
  readonly heard: () => string;
  readonly connections: () => number;
}

/** A TLS server that leaves HTTP to the test: `serve` gets each connection, and its first bytes when there are some. */
export async function startRawRegistry(
  certificate: { readonly cert: string; readonly key: string },
  name: string,
  serve: (socket: TLSSocket, text: string) => void,
): Promise<RawRegistry> {
  const sockets = new Set<Socket>();
  const heard: Buffer[] = [];
  const server = createTlsServer(certificate, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      serve(socket, chunk.toString('latin1'));
    });
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `${name}:${port}`,
    port,
    heard: () => Buffer.concat(heard).toString('latin1'),
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export interface HostileWorld extends AsyncDisposable {
  readonly lab: GatewayLab;
  readonly registry: RawRegistry;
  readonly url: string;
  /** Writes to a fresh inspected connection and gives everything that comes back until it ends or `ms` passed. */
  say(text: string | Buffer, ms?: number): Promise<string>;
  /** An inspected connection whose errors nobody needs. */
  connect(): Promise<TLSSocket>;
}

export interface WorldOptions extends GatewayLabOptions {
  readonly entry?: Partial<RegistryEntry>;
  readonly rest?: Partial<PolicyDocument>;
}

/** A raw registry `reg.test` behind a gateway, with pull and push of `acme/**` allowed unless the entry says otherwise. */
export async function startHostileWorld(
  serve: (socket: TLSSocket, text: string, world: () => HostileWorld) => void,
  { entry, rest, ...options }: WorldOptions = {},
): Promise<HostileWorld> {
  const lab = await startGatewayLab(options);
  const registry = await startRawRegistry(lab.publicCa.issue('reg.test'), 'reg.test', (socket, text) =>
    serve(socket, text, () => world),
  );
  const own: RegistryEntry = {
    id: 'own',
    registry: registry.host,
    allow: ['pull', 'push'],
    repositories: ['acme/**'],
    ...entry,
  };
  lab.publish({ ...rest, registries: [own, ...(rest?.registries ?? [])] });
  lab.trust(registry.host);
  const world: HostileWorld = {
    lab,
    registry,
    url: `https://${registry.host}`,
    connect: async () => (await lab.connect(registry.host)).on('error', () => undefined),
    async say(text, ms = 3000) {
      const socket = await world.connect();
      return await exchangeText(socket, text, ms);
    },
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
  return world;
}

/** Everything that comes back until the connection ends or `ms` passed. */
export async function exchangeText(socket: TLSSocket, text: string | Buffer, ms: number): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', () => undefined);
  socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  await new Promise<void>((resolve) => {
    for (const end of ['end', 'close', 'error']) socket.once(end, () => resolve());
    setTimeout(resolve, ms);
  });
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

/** Status lines of all answers in a text. */
export function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 ([0-9]{3})/g)].map(([, status]) => Number(status));
}

/** Resolves when the gateway holds no tunnel; the test's own time-out bounds it. */
export async function untilNoTunnel(lab: GatewayLab): Promise<void> {
  await until(async () => (await openTunnels(lab)) === 0);
}

export async function openTunnels(lab: GatewayLab): Promise<number> {
  const metric = await lab.metrics.getSingleMetric('pullgate_gateway_open_tunnels')?.get();
  return metric?.values[0]?.value ?? 0;
}

/** A plain answer of a raw registry. */
export function answerWith(body: string | Buffer, fields = '', status = '200 OK'): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${bytes.length}\r\n${fields}\r\n`, 'latin1'),
    bytes,
  ]);
}
