/**
 * A relay that leaves the bytes of tunnels in the kernel, on a thread of its own. Leaves other systems, and tunnels that
 * cannot be handed over, to the relay it is given.
 *
 * Why: half the processor time of copying through node, and decisions are not delayed by other people's downloads.
 */

import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { PreparedRelay, Relay, RelayOptions, Tunnel } from '../points/proxy/relay.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './proxy-splice-messages.ts';
import { toDescriptor } from './socket-handover.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';

/** Wraps a portable relay with splicing; gives it back unchanged where splicing does not exist. */
export function createSpliceRelay(portable: Relay, options: RelayOptions): Relay {
  const calls = loadSyscalls();
  return calls === undefined ? portable : wrap(calls, portable, options);
}

function wrap(calls: Syscalls, portable: Relay, options: RelayOptions): Relay {
  const totals = new BigInt64Array(new SharedArrayBuffer(16));
  const thread = createThread(calls, { totals: totals.buffer, idleTimeoutMs: options.idleTimeoutMs });

  async function run(tunnel: Tunnel): Promise<void> {
    const taken = thread.ready() ? takeOver(calls, tunnel) : undefined;
    await (taken === undefined ? portable.prepare().run(tunnel) : thread.open(taken, tunnel.cut));
  }
  return {
    prepare: (): PreparedRelay => (thread.ready() ? { run } : portable.prepare()),
    totals() {
      const others = portable.totals();
      return {
        sent: others.sent + Number(Atomics.load(totals, 0)),
        received: others.received + Number(Atomics.load(totals, 1)),
      };
    },
    async stop() {
      await Promise.all([thread.stop(), portable.stop()]);
    },
  };
}

type Taken = Omit<Extract<ToWorker, { kind: 'open' }>, 'kind' | 'id'>;

interface Thread {
  ready(): boolean;
  /** Resolves when the tunnel is closed, at the latest soon after it was cut. */
  open(taken: Taken, cut: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

function createThread(calls: Syscalls, setup: { totals: SharedArrayBuffer; idleTimeoutMs: number }): Thread {
  const wake = calls.eventfd();
  const data: WorkerSetup = { ...setup, wake };
  const worker = new Worker(new URL('./proxy-splice-worker.ts', import.meta.url), {
    workerData: data,
    execArgv: [],
  });
  worker.unref();
  const open = new Map<number, { readonly taken: Taken; readonly closed: () => void }>();
  let nextId = 1;
  let alive = false;

  const send = (message: ToWorker): void => {
    worker.postMessage(message);
    writeSync(wake, ONE);
  };
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') alive = true;
    else {
      open.get(message.id)?.closed();
      open.delete(message.id);
    }
  });
  // A thread that died took no descriptor with it: they are the process's, and closed here.
  const bury = (): void => {
    alive = false;
    for (const { taken, closed } of open.values()) {
      calls.reset(taken.client);
      calls.reset(taken.target);
      closed();
    }
    open.clear();
  };
  worker.on('error', bury).on('exit', bury);
  let isEnded = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('exit', () => {
    isEnded = true;
    calls.close(wake);
  });
  return {
    ready: () => alive,
    open(taken, cut) {
      const id = nextId++;
      const { promise: done, resolve: closed } = Promise.withResolvers<void>();
      open.set(id, { taken, closed });
      send({ kind: 'open', id, ...taken });
      // Behind its `open`, so the thread knows the tunnel, or has closed it and says so soon.
      const close = (): void => {
        if (open.has(id)) send({ kind: 'close', id });
      };
      if (cut.aborted) close();
      else cut.addEventListener('abort', close, { once: true });
      return done;
    },
    async stop() {
      if (!isEnded) send({ kind: 'stop' });
      alive = false;
      await Promise.race([ended, sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
      bury();
    },
  };
}

/**
 * A thread that has not ended within this time hangs: its tunnels are closed for it, and it is left behind. It is never
 * terminated: that aborts the whole process while koffi is being loaded.
 */
const STOP_PATIENCE_MS = 5000;

/** What is added to an eventfd, as it wants it: eight bytes in the machine's order. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

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
