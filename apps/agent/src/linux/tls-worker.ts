/** The thread that speaks TLS for the gateway: waits for events of all its connections and advances them. Leaves starting it to tls-thread.ts. */

import { readSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { loadOpenssl, type Openssl, type Pointer } from './openssl.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';
import { createTlsConnection, type TlsConnection } from './tls-connection.ts';
import type { FromTlsWorker, OpenMessage, TlsWorkerSetup, ToTlsWorker } from './tls-messages.ts';

/** So long may a wait last: the thread must come back to be ended, and what stands still must be seen. */
const MAX_WAIT_MS = 500;

interface Entry {
  readonly connection: TlsConnection;
  activeAt: number;
}

type MessageOf<Kind extends ToTlsWorker['kind']> = Extract<ToTlsWorker, { kind: Kind }>;

if (parentPort === null) throw new Error('expected to run as a worker thread');
const port = parentPort;
const setup = workerData as TlsWorkerSetup;
const foundCalls = loadSyscalls();
const foundOpenssl = loadOpenssl();
if (foundCalls === undefined || foundOpenssl === undefined)
  throw new Error('expected the functions that the starting thread found');
serve(foundCalls, foundOpenssl);

function serve(calls: Syscalls, openssl: Openssl): void {
  const epoll = calls.epollCreate();
  const contexts = new Map<number, Pointer>();
  const byFd = new Map<number, Entry>();
  const byId = new Map<number, Entry>();
  const ready = new Set<Entry>();
  const tell = (message: FromTlsWorker): void => port.postMessage(message);
  calls.epollAdd(epoll, setup.wake);

  function open(message: OpenMessage): void {
    const context = contexts.get(message.context);
    if (context === undefined) {
      refuse(message);
      return;
    }
    const connection = createTlsConnection({ calls, openssl, context, tell, catchUp }, message);
    const entry: Entry = { connection, activeAt: Date.now() };
    byId.set(message.id, entry);
    for (const fd of connection.fds) byFd.set(fd, entry);
    if (connection.fds.some((fd) => calls.epollAdd(epoll, fd) < 0)) connection.close(false);
    ready.add(entry);
  }

  /** What it was to be made of could not be used. */
  function refuse({ id, socket, channel }: OpenMessage): void {
    tell({ kind: 'ended', id, failure: { name: 'ERR_TLS_CONTEXT', message: 'no usable certificates' } });
    calls.close(channel);
    calls.reset(socket);
    tell({ kind: 'closed', id });
  }

  function forget(entry: Entry): void {
    const { fds, id, movesTo } = entry.connection;
    for (const fd of fds) if (byFd.get(fd) === entry) byFd.delete(fd);
    byId.delete(id);
    ready.delete(entry);
    wakeTarget(movesTo);
  }

  function wakeTarget(target: TlsConnection | undefined): void {
    const entry = target && byId.get(target.id);
    if (entry !== undefined) ready.add(entry);
  }

  function close(entry: Entry, reset: boolean): void {
    // Its descriptors may be given to another as soon as they are closed.
    forget(entry);
    entry.connection.close(reset);
  }

  function startMove({ id, to, bytes, behind }: MessageOf<'move'>): void {
    const from = byId.get(id);
    const target = byId.get(to);
    if (from === undefined || target === undefined || !from.connection.giveTo(target.connection)) {
      tell({ kind: 'moved', id, bytes: 0, isWhole: false });
      return;
    }
    target.connection.take({ from: from.connection, bytes, left: bytes, behind });
    ready.add(target);
  }

  function takeContext({ id, options }: MessageOf<'context'>): void {
    try {
      contexts.set(id, openssl.contexts.create(options));
    } catch {
      // Each connection that asks for it is refused.
    }
  }

  function forgetContext({ id }: MessageOf<'forget'>): void {
    const context = contexts.get(id);
    contexts.delete(id);
    // Connections that were made of it keep it.
    if (context !== undefined) openssl.contexts.free(context);
  }

  /** Unknown when it ended by itself meanwhile. */
  function withEntry(id: number, act: (entry: Entry) => void): void {
    const entry = byId.get(id);
    if (entry === undefined) return;
    ready.add(entry);
    act(entry);
  }

  let isStopped = false;
  function take(message: ToTlsWorker): void {
    if (message.kind === 'context') takeContext(message);
    else if (message.kind === 'forget') forgetContext(message);
    else if (message.kind === 'open') open(message);
    else if (message.kind === 'move') startMove(message);
    else if (message.kind === 'stop') {
      isStopped = true;
      for (const entry of [...byId.values()]) close(entry, true);
    } else
      withEntry(message.id, (entry) => {
        if (message.kind === 'cut') close(entry, message.reset);
        else entry.connection[message.kind]();
      });
  }

  function takeAll(): void {
    drainWake();
    catchUp();
  }

  function catchUp(): void {
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port))
      take(got.message);
  }

  function advance(entry: Entry): void {
    const { connection } = entry;
    entry.activeAt = Date.now();
    const progress = connection.advance();
    if (progress !== 'more') ready.delete(entry);
    if (progress === 'closed') forget(entry);
    else wakeTarget(connection.movesTo);
  }

  function closeStalled(): void {
    const now = Date.now();
    for (const entry of [...byId.values()])
      if (now - entry.activeAt > entry.connection.patienceMs(setup.idleTimeoutMs)) close(entry, true);
  }

  /** Runs while there are connections; without any, the thread sleeps in node's own loop until the next message. */
  function run(): void {
    let sweptAt = Date.now();
    while (byId.size > 0) {
      calls.epollWait(epoll, ready.size > 0 ? 0 : MAX_WAIT_MS, (fd) => {
        const entry = byFd.get(fd);
        if (entry !== undefined) ready.add(entry);
        else if (fd === setup.wake) takeAll();
      });
      for (const entry of [...ready]) if (ready.has(entry)) advance(entry);
      if (Date.now() - sweptAt < MAX_WAIT_MS) continue;
      sweptAt = Date.now();
      closeStalled();
    }
  }

  port.on('message', (message: ToTlsWorker) => {
    take(message);
    run();
    // Nothing is waited for any more: the thread ends by itself.
    if (isStopped) port.close();
  });
  tell({ kind: 'ready' });
}

/** Eight bytes are an eventfd's counter; reading resets it. */
function drainWake(): void {
  try {
    readSync(setup.wake, new Uint8Array(8));
  } catch {
    // Empty already: an earlier round took the message that this event announced.
  }
}
