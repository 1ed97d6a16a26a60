/** Real servers, clients and a table-driven decider for the tests of the proxy point. Holds no expectations. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Decision, Reason } from '@pullgate/policy';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Decider, DecisionEntry, PointQuery } from '../src/point.ts';
import { parseProxyConfig } from '../src/points/proxy/config.ts';
import { createProxyPoint, type ProxyEffects, type ProxyPoint } from '../src/points/proxy/point.ts';

export type Table = (query: PointQuery) => Reason | 'allow';

export interface DeciderOptions {
  readonly mode?: Decision['mode'];
  readonly addresses?: readonly string[];
}

/** Judges by a function from query to reason; words and softens like the real one. */
export function createTableDecider(table: Table, options: DeciderOptions = {}): Decider {
  const { mode = 'enforce', addresses = ['127.0.0.1', '::1'] } = options;
  const deny = (reason: Reason, hard: boolean, target: string): Decision => {
    const effect = hard || mode === 'enforce' ? 'refuse' : 'forward';
    const message = `acme does not allow ${target} (${reason}, r7). Ask in #platform`;
    return { verdict: 'deny', effect, reason, revision: 7, mode, message };
  };
  const decide: Decider['decide'] = (_point, query) => {
    const reason = mode === 'off' ? 'allow' : table(query);
    if (reason !== 'allow') return deny(reason, false, query.registry);
    const why = mode === 'off' ? 'MODE_OFF' : 'RULE_ALLOWED';
    return { verdict: 'allow', effect: 'forward', reason: why, revision: 7, mode, message: '' };
  };
  return {
    decide,
    decideHop: (point, _from, query) => decide(point, query),
    decideDenials: (point, query) => decide(point, query),
    needsInspection: () => false,
    refuse: (_point, reason, registry = 'this request') => deny(reason, true, registry),
    allowsAddress: (address) => addresses.includes(address),
    asking: () => createTableDecider(table, options),
  };
}

export interface Lab extends AsyncDisposable {
  readonly point: ProxyPoint;
  readonly port: number;
  readonly records: DecisionEntry[];
  readonly metrics: Registry;
  readonly logged: string[];
  /** Tells the point that the decider judges otherwise now. */
  change(): void;
}

export interface LabOptions extends DeciderOptions {
  readonly table?: Table;
  /** Instead of the table. */
  readonly decider?: Decider;
  readonly config?: Record<string, unknown>;
  readonly effects?: ProxyEffects;
}

/** A started point on a free port. Names ending in `.test` resolve to 127.0.0.1. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const records: DecisionEntry[] = [];
  const logged: string[] = [];
  const metrics = new Registry();
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const decider = options.decider ?? createTableDecider(options.table ?? (() => 'allow'), options);
  const config = parseProxyConfig({ listen: '127.0.0.1:0', stopTimeoutMs: 200, ...options.config });
  const listeners = new Set<() => void>();
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const effects: ProxyEffects = { resolve: resolveTestNames, ...options.effects };
  const point = createProxyPoint(
    config,
    {
      decider,
      recorder: { record: (entry) => void records.push(entry) },
      log,
      metrics,
      changes: { onChange },
    },
    effects,
  );
  await point.start();
  return {
    point,
    port: point.address().port,
    records,
    metrics,
    logged,
    change: () => {
      for (const listener of listeners) listener();
    },
    [Symbol.asyncDispose]: () => point.stop(),
  };
}

async function resolveTestNames(host: string) {
  if (host.endsWith('.test')) return [{ address: '127.0.0.1', family: 4 }];
  throw new Error('no such name');
}

export interface Peer extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
}

/** A TCP server on a free loopback port; ends with its connections. */
export async function startPeer(
  serve: (socket: Socket) => void,
  server: Server = createServer({ allowHalfOpen: true }),
): Promise<Peer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Opens a connection to the proxy and writes; reading is the caller's. */
export async function dial(port: number, text = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text, 'latin1');
  return socket;
}

/** Everything that comes until the other side ends. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.resume();
  if (!socket.readableEnded && !socket.destroyed)
    await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  return Buffer.concat(chunks);
}

/** The next bytes as text. */
export async function readSome(socket: Socket): Promise<string> {
  const next = once(socket, 'data');
  socket.resume();
  return String((await next)[0]);
}

/** Sends one text and gives the whole answer. */
export async function ask(port: number, text: string): Promise<string> {
  const socket = await dial(port, text);
  const answer = await readAll(socket);
  socket.destroy();
  return answer.toString('latin1');
}

/** Opens a tunnel; bytes behind the reply's head stay in the socket. */
export async function openTunnel(port: number, target: string, early: string | Buffer = ''): Promise<Socket> {
  const socket = await dial(port);
  socket.write(
    Buffer.concat([Buffer.from(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`), Buffer.from(early)]),
  );
  let head = Buffer.alloc(0);
  while (!head.includes('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    head = Buffer.concat([head, chunk]);
  }
  socket.pause();
  const at = head.indexOf('\r\n\r\n') + 4;
  if (!head.subarray(0, at).toString().startsWith('HTTP/1.1 200 ')) throw new Error(head.toString());
  if (at < head.length) socket.unshift(head.subarray(at));
  return socket;
}

export function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
