/** The thread that waits for events of all spliced tunnels and moves their bytes. Leaves handing tunnels over to proxy-splice.ts. */

import { readSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetup } from './proxy-splice-messages.ts';
import { createPipePool, createSpliceTunnel, type SpliceTunnel } from './proxy-splice-tunnel.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';

/** So long may a wait last: the thread must come back to be ended, and idle tunnels must be seen. */
const MAX_WAIT_MS = 500;

interface Entry {
  readonly id: number;
  readonly fds: readonly number[];
  readonly tunnel: SpliceTunnel;
  activeAt: number;
}

if (parentPort === null) throw new Error('expected to run as a worker thread');
const port = parentPort;
const setup = workerData as WorkerSetup;
const calls = loadSyscalls();
if (calls === undefined) throw new Error('expected the system calls that the starting thread found');
serve(calls);

function serve(calls: Syscalls): void {
  const epoll = calls.epollCreate();
  const pipes = createPipePool(calls);
  const totals = new BigInt64Array(setup.totals);
  const byFd = new Map<number, Entry>();
  const byId = new Map<number, Entry>();
  const ready = new Set<Entry>();
  calls.epollAdd(epoll, setup.wake);

  function open(message: Extract<ToWorker, { kind: 'open' }>): void {
    const count = (index: number) => (bytes: number) => void Atomics.add(totals, index, BigInt(bytes));
    const tunnel = createSpliceTunnel(calls, pipes, { ...message, sent: count(0), received: count(1) });
    const fds = [message.client, message.target];
    const entry: Entry = { id: message.id, fds, tunnel, activeAt: Date.now() };
    for (const fd of fds) byFd.set(fd, entry);
    byId.set(entry.id, entry);
    if (fds.some((fd) => calls.epollAdd(epoll, fd) < 0)) close(entry);
    else ready.add(entry);
  }

  function close(entry: Entry): void {
    for (const fd of entry.fds) byFd.delete(fd);
    byId.delete(entry.id);
    ready.delete(entry);
    entry.tunnel.close();
    port.postMessage({ kind: 'closed', id: entry.id } satisfies FromWorker);
  }

  /** Unknown when the tunnel ended by itself meanwhile. */
  function closeById(id: number): void {
    const entry = byId.get(id);
    if (entry !== undefined) close(entry);
  }

  let isStopped = false;
  function take(message: ToWorker): void {
    if (message.kind === 'open') open(message);
    else if (message.kind === 'close') closeById(message.id);
    else {
      isStopped = true;
      for (const entry of [...byId.values()]) close(entry);
    }
  }

  function takeAll(): void {
    drainWake();
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port))
      take(got.message);
  }

  function advance(entry: Entry): void {
    entry.activeAt = Date.now();
    const progress = entry.tunnel.advance();
    if (progress === 'blocked') ready.delete(entry);
    else if (progress !== 'more') close(entry);
  }

  function closeIdle(): void {
    const since = Date.now() - setup.idleTimeoutMs;
    for (const entry of [...byId.values()]) if (entry.activeAt < since) close(entry);
  }

  /** Runs while there are tunnels; without any, the thread sleeps in node's own loop until the next message. */
  function run(): void {
    let sweptAt = Date.now();
    while (byId.size > 0) {
      calls.epollWait(epoll, ready.size > 0 ? 0 : MAX_WAIT_MS, (fd) => {
        const entry = byFd.get(fd);
        if (entry !== undefined) ready.add(entry);
        else if (fd === setup.wake) takeAll();
      });
      for (const entry of [...ready]) advance(entry);
      if (Date.now() - sweptAt < MAX_WAIT_MS) continue;
      sweptAt = Date.now();
      closeIdle();
    }
  }

  port.on('message', (message: ToWorker) => {
    take(message);
    run();
    // Nothing is waited for any more: the thread ends by itself.
    if (isStopped) port.close();
  });
  port.postMessage({ kind: 'ready' } satisfies FromWorker);
}

/** Eight bytes are an eventfd's counter; reading resets it. */
function drainWake(): void {
  try {
    readSync(setup.wake, new Uint8Array(8));
  } catch {
    // Empty already: an earlier round took the message that this event announced.
  }
}
