/**
 * Speaks TLS for the gateway on the threads that serve descriptors, with the OpenSSL inside Node.js, and moves long bodies between registry and
 * client without bringing them here. Leaves other systems, and connections that cannot be handed over, to the layer it is given.
 *
 * Why: Node's own sockets of TLS spend two and a half times the processor time of OpenSSL alone, on the thread that judges.
 */

import type { Socket } from 'node:net';
import { DEFAULT_CIPHERS } from 'node:tls';
import type { BodyMover, ClientSide, RegistrySide, TlsLayer } from '../points/gateway/tls.ts';
import type { EventThread } from './event-thread.ts';
import { type ContextOptions, loadOpenssl } from './openssl.ts';
import { toDescriptor } from './socket-handover.ts';
import { TlsChannel } from './tls-channel.ts';
import type { FromTlsPart, OpenMessage, ToTlsPart } from './tls-messages.ts';

export interface TlsOptions {
  /** A body without a byte for so long is given up. */
  readonly idleTimeoutMs: number;
}

/** Wraps a portable layer; gives it back unchanged where there are no threads that can speak TLS. */
export function createTlsLayer(
  portable: TlsLayer,
  options: TlsOptions,
  threads: readonly EventThread[],
): TlsLayer {
  return threads.length === 0 || loadOpenssl() === undefined ? portable : wrap(threads, portable, options);
}

function wrap(threads: readonly EventThread[], portable: TlsLayer, options: TlsOptions): TlsLayer {
  const lanes = threads.map((thread) => createConnections(thread, options));
  return {
    accept(side) {
      const lane = findIdlest(lanes);
      const connections = lanes[lane];
      const taken = side.early.length === 0 ? connections?.take(side.client) : undefined;
      if (connections === undefined || taken === undefined) return portable.accept(side);
      const { socket, totals } = connections.open(taken, toServer(side));
      return { socket, lane, reset: () => void socket.resetAndDestroy(), totals };
    },
    connect(side) {
      const role = toClient(side);
      const connections = lanes[side.lane];
      const taken = connections?.take(side.under);
      return connections === undefined || taken === undefined
        ? portable.connect(side)
        : connections.open(taken, role).socket;
    },
    bodies: joinMovers(lanes.map(({ bodies }) => bodies)),
    async start() {
      await Promise.all(threads.map(({ started }) => started));
    },
    async stop() {
      await Promise.all([...lanes.map((connections) => connections.stop()), portable.stop()]);
    },
  };
}

/** Of the living, the one with the fewest connections. */
function findIdlest(lanes: readonly Connections[]): number {
  const loads = lanes.map((connections) =>
    connections.isAlive() ? connections.count() : Number.POSITIVE_INFINITY,
  );
  return loads.indexOf(Math.min(...loads));
}

/** Each knows the sockets of its own thread alone. */
function joinMovers(movers: readonly BodyMover[]): BodyMover {
  return {
    reaches: (connection) => movers.some((mover) => mover.reaches(connection)),
    holds: (client) => movers.some((mover) => mover.holds(client)),
    gate: (socket) => movers.some((mover) => mover.gate(socket)),
    flow(socket) {
      for (const mover of movers) mover.flow(socket);
    },
    async move(from, to, bytes) {
      const moves = await Promise.all(movers.map((mover) => mover.move(from, to, bytes)));
      return moves.includes(true);
    },
  };
}

interface Role {
  readonly role: OpenMessage['role'];
  readonly host: string;
  readonly hostKind: OpenMessage['hostKind'];
  /** Stands for the options: they are sent once. */
  readonly key: object;
  readonly options: () => ContextOptions;
}

/** TLS 1.3 has its own, which are not limited. */
const CIPHERS = DEFAULT_CIPHERS.split(':')
  .filter((cipher) => !cipher.startsWith('TLS_'))
  .join(':');

function toServer({ target, certificate }: ClientSide): Role {
  const { cert, key } = certificate.pem;
  const options = () => ({ role: 'server' as const, cert, key, ca: [], ciphers: CIPHERS });
  return { role: 'server', host: target.host, hostKind: 'name', key: certificate, options };
}

function toClient({ target, context }: RegistrySide): Role {
  // Fails here, where it can be told, for what cannot be used.
  context.secure();
  const options = () => ({ role: 'client' as const, ...context.pem, ciphers: CIPHERS });
  const hostKind = target.kind === 'name' ? 'name' : 'address';
  return { role: 'client', host: target.host, hostKind, key: context, options };
}

interface Opened {
  readonly socket: TlsChannel;
  totals(): { readonly received: number; readonly sent: number };
}

interface Entry {
  readonly id: number;
  readonly channel: TlsChannel;
  readonly role: OpenMessage['role'];
  /** The thread's, closed here if it dies. */
  readonly descriptors: readonly number[];
  /** Bytes that were sent without coming through the channel. */
  moved: number;
}

type Moved = Extract<FromTlsPart, { kind: 'moved' }>;

interface Taken {
  /** The thread's own of the network. */
  readonly descriptor: number;
  /** The ends of the channel. */
  readonly ours: number;
  readonly channel: number;
}

interface Connections {
  isAlive(): boolean;
  /** Those that are open. */
  count(): number;
  /** Takes a socket away from Node.js; undefined, with nothing changed, when it cannot be had. */
  take(socket: Socket): Taken | undefined;
  open(taken: Taken, role: Role): Opened;
  readonly bodies: BodyMover;
  stop(): Promise<void>;
}

function createConnections(thread: EventThread, { idleTimeoutMs }: TlsOptions): Connections {
  const { calls } = thread;
  const open = new Map<number, Entry>();
  const ofSocket = new WeakMap<Socket, Entry>();
  const moves = new Map<number, { readonly to: Entry; readonly done: (isWhole: boolean) => void }>();
  let nextId = 1;
  const part = thread.attach(
    'tls',
    { kind: 'setUp', idleTimeoutMs },
    {
      hear(message) {
        if (message.kind === 'moved') endMove(message.id, message);
        else hear(message);
      },
      bury() {
        for (const { channel, descriptors } of open.values()) {
          for (const descriptor of descriptors) calls.close(descriptor);
          channel.tellEnd({ name: 'ERR_TLS_THREAD', message: 'the thread that speaks TLS has ended' });
          channel.destroy();
        }
        open.clear();
        for (const id of [...moves.keys()]) endMove(id, { bytes: 0, isWhole: false });
      },
    },
  );
  const send = (message: ToTlsPart): void => part.tell(message);
  const contexts = createContexts(send);

  function hear(message: Extract<FromTlsPart, { kind: 'secure' | 'ended' | 'closed' }>): void {
    const entry = open.get(message.id);
    if (entry === undefined) return;
    if (message.kind === 'secure' && entry.channel.destroyed) return;
    if (message.kind === 'secure') entry.channel.emit(entry.role === 'server' ? 'secure' : 'secureConnect');
    else if (message.kind === 'ended') entry.channel.tellEnd(message.failure);
    else {
      open.delete(message.id);
      entry.channel.tellEnd(undefined);
    }
  }
  function endMove(id: number, { bytes, isWhole }: Omit<Moved, 'kind' | 'id'>): void {
    const move = moves.get(id);
    moves.delete(id);
    if (move === undefined) return;
    move.to.moved += bytes;
    move.done(isWhole);
  }

  return {
    isAlive: () => part.isAlive(),
    count: () => open.size,
    take(socket) {
      if (!part.isAlive() || socket.readableLength > 0) return undefined;
      const taken = toDescriptor(socket);
      const descriptor = taken < 0 ? taken : calls.dup(taken);
      if (descriptor < 0) return undefined;
      const ends = calls.socketPair();
      if (ends === undefined) {
        calls.close(descriptor);
        return undefined;
      }
      socket.destroy();
      return { descriptor, ours: ends[0], channel: ends[1] };
    },
    open({ descriptor, ours, channel }, { role, host, hostKind, key, options }) {
      const id = nextId++;
      const socket = new TlsChannel(ours, role === 'server', {
        release: () => send({ kind: 'release', id }),
        cut: (reset) => send({ kind: 'cut', id, reset }),
      });
      const entry: Entry = {
        id,
        channel: socket,
        role,
        descriptors: [descriptor, channel],
        moved: 0,
      };
      open.set(id, entry);
      ofSocket.set(socket, entry);
      const context = contexts(key, options);
      send({ kind: 'open', id, socket: descriptor, channel, context, role, host, hostKind });
      const totals = () => ({ received: socket.bytesRead, sent: socket.bytesWritten + entry.moved });
      return { socket, totals };
    },
    bodies: {
      reaches: (connection) => part.isAlive() && ofSocket.has(connection),
      holds: (client) => ofSocket.get(client)?.role === 'server',
      gate(socket) {
        const entry = ofSocket.get(socket);
        if (entry !== undefined) send({ kind: 'gate', id: entry.id });
        return entry !== undefined;
      },
      flow(socket) {
        const entry = ofSocket.get(socket);
        if (entry !== undefined) send({ kind: 'flow', id: entry.id });
      },
      move(source, target, bytes) {
        const [from, to] = [ofSocket.get(source), ofSocket.get(target)];
        if (from === undefined || to === undefined || !part.isAlive()) return Promise.resolve(false);
        const { promise, resolve } = Promise.withResolvers<boolean>();
        moves.set(from.id, { to, done: resolve });
        send({ kind: 'move', id: from.id, to: to.id, bytes, behind: target.bytesWritten });
        return promise;
      },
    },
    stop: () => part.stop(),
  };
}

/** Beyond this the longest unused is forgotten, and sent anew when it is needed. */
const MAX_CONTEXTS = 128;

/** Gives the number that the thread knows a context by. */
function createContexts(
  send: (message: ToTlsPart) => void,
): (key: object, options: () => ContextOptions) => number {
  const known = new Map<object, number>();
  let nextId = 1;
  return (key, options) => {
    const id = known.get(key) ?? nextId++;
    if (!known.has(key)) send({ kind: 'context', id, options: options() });
    known.delete(key);
    known.set(key, id);
    const [oldest] = known;
    if (known.size > MAX_CONTEXTS && oldest !== undefined) {
      known.delete(oldest[0]);
      send({ kind: 'forget', id: oldest[1] });
    }
    return id;
  };
}
