/**
 * A relay that leaves the bytes of tunnels in the kernel, on a thread of its own. Leaves other systems, and tunnels that
 * cannot be handed over, to the relay it is given.
 *
 * Why: half the processor time of copying through node, and decisions are not delayed by other people's downloads.
 */

import type { Socket } from 'node:net';
import type { PreparedRelay, Relay, RelayOptions, Tunnel } from '../points/proxy/relay.ts';
import type { EventThread } from './event-thread.ts';
import { toDescriptor } from './socket-handover.ts';
import type { ToSplicePart } from './splice-messages.ts';
import type { Syscalls } from './syscalls.ts';

/** Wraps a portable relay with splicing, on each thread in turn; gives it back unchanged where there are none. */
export function createSpliceRelay(
  portable: Relay,
  options: RelayOptions,
  threads: readonly EventThread[],
): Relay {
  return threads.length === 0 ? portable : wrap(threads, portable, options);
}

function wrap(threads: readonly EventThread[], portable: Relay, { idleTimeoutMs }: RelayOptions): Relay {
  const totals = new BigInt64Array(new SharedArrayBuffer(16));
  const lanes = threads.map((thread) =>
    createTunnels(thread, { kind: 'setUp', totals: totals.buffer, idleTimeoutMs }),
  );
  let next = 0;
  const isAlive = (): boolean => lanes.some((tunnels) => tunnels.isAlive());

  async function run(tunnel: Tunnel): Promise<void> {
    const alive = lanes.filter((tunnels) => tunnels.isAlive());
    const tunnels = alive[next++ % alive.length];
    const taken = tunnels?.take(tunnel);
    if (tunnels === undefined || taken === undefined) await portable.prepare().run(tunnel);
    else await tunnels.open(taken, tunnel.cut);
  }
  return {
    prepare: (): PreparedRelay => (isAlive() ? { run } : portable.prepare()),
    totals() {
      const others = portable.totals();
      return {
        sent: others.sent + Number(Atomics.load(totals, 0)),
        received: others.received + Number(Atomics.load(totals, 1)),
      };
    },
    async stop() {
      await Promise.all([...lanes.map((tunnels) => tunnels.stop()), portable.stop()]);
    },
  };
}

type Taken = Omit<Extract<ToSplicePart, { kind: 'open' }>, 'kind' | 'id'>;

interface Tunnels {
  isAlive(): boolean;
  /** Takes both sockets away from Node.js; undefined, with nothing changed, when they cannot be had. */
  take(tunnel: Tunnel): Taken | undefined;
  /** Resolves when the tunnel is closed, at the latest soon after it was cut. */
  open(taken: Taken, cut: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

function createTunnels(thread: EventThread, setUp: Extract<ToSplicePart, { kind: 'setUp' }>): Tunnels {
  const open = new Map<number, { readonly taken: Taken; readonly closed: () => void }>();
  let nextId = 1;
  const part = thread.attach('splice', setUp, {
    hear({ id }) {
      open.get(id)?.closed();
      open.delete(id);
    },
    bury() {
      for (const { taken, closed } of open.values()) {
        thread.calls.reset(taken.client);
        thread.calls.reset(taken.target);
        closed();
      }
      open.clear();
    },
  });
  return {
    isAlive: () => part.isAlive(),
    take: (tunnel) => takeOver(thread.calls, tunnel),
    open(taken, cut) {
      const id = nextId++;
      const { promise: done, resolve: closed } = Promise.withResolvers<void>();
      open.set(id, { taken, closed });
      part.tell({ kind: 'open', id, ...taken });
      // Behind its `open`, so the thread knows the tunnel, or has closed it and says so soon.
      const close = (): void => {
        if (open.has(id)) part.tell({ kind: 'close', id });
      };
      if (cut.aborted) close();
      else cut.addEventListener('abort', close, { once: true });
      return done;
    },
    stop: () => part.stop(),
  };
}

/**
 * Duplicates both descriptors and closes node's sockets; `undefined`, with nothing changed, when a tunnel cannot be
 * taken. All in one turn: node reads nothing meanwhile, so no byte is lost between its buffers and the kernel's.
 */
function takeOver(calls: Syscalls, tunnel: Tunnel): Taken | undefined {
  const { client, target } = tunnel;
  const fds = [toDescriptor(client), toDescriptor(target)].map((fd) => (fd < 0 ? fd : calls.dup(fd)));
  const [clientFd = -1, targetFd = -1] = fds;
  if (clientFd < 0 || targetFd < 0) {
    for (const fd of fds) if (fd >= 0) calls.close(fd);
    return undefined;
  }
  const toTarget = Buffer.concat([tunnel.toTarget, ...readBuffered(client)]);
  const toClient = Buffer.concat([tunnel.toClient, ...readBuffered(target)]);
  client.destroy();
  target.destroy();
  return { client: clientFd, target: targetFd, toClient, toTarget };
}

function readBuffered(socket: Socket): Buffer[] {
  const chunks: Buffer[] = [];
  for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) chunks.push(chunk);
  return chunks;
}
