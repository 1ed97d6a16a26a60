/** The thread that serves descriptors: one loop, and the parts that use it. Leaves starting it to event-thread.ts. */

import { readSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createEventLoop } from './event-loop.ts';
import type { EventWorkerSetup, FromEventWorker, PartName, ToEventWorker } from './event-messages.ts';
import { loadOpenssl } from './openssl.ts';
import { createSplicePart } from './splice-part.ts';
import { loadSyscalls, type Syscalls } from './syscalls.ts';
import { createTlsPart } from './tls-part.ts';

if (parentPort === null) throw new Error('expected to run as a worker thread');
const port = parentPort;
const { epoll, wake } = workerData as EventWorkerSetup;
const calls = loadSyscalls();
if (calls === undefined) throw new Error('expected the system calls that the starting thread found');
serve(calls);

function serve(calls: Syscalls): void {
  const post = (message: FromEventWorker): void => port.postMessage(message);
  const onWake = (): void => {
    drainWake();
    catchUp();
  };
  const loop = createEventLoop({ calls, epoll, wake, onWake });
  const shared = { calls, loop, catchUp };
  const splice = createSplicePart({ ...shared, tell: (message) => post({ part: 'splice', message }) });
  const tls = createTlsPart(loadOpenssl(), { ...shared, tell: (message) => post({ part: 'tls', message }) });
  let isEnding = false;

  function take(told: ToEventWorker): void {
    if ('end' in told) isEnding = true;
    else if ('stop' in told) stop(told.stop);
    else if (told.part === 'tls') tls.take(told.message);
    else splice.take(told.message);
  }

  function stop(name: PartName): void {
    (name === 'tls' ? tls : splice).closeAll();
    post({ stopped: name });
  }

  function catchUp(): void {
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port))
      take(got.message);
  }

  function release(): void {
    splice.release();
    tls.release();
  }

  function serveUntilIdle(told: ToEventWorker): void {
    try {
      take(told);
      loop.run();
    } catch (error) {
      // What is open is closed by who started the thread.
      release();
      throw error;
    }
  }

  port.on('message', (told: ToEventWorker) => {
    serveUntilIdle(told);
    if (!isEnding) return;
    // Nothing is waited for any more: the thread ends by itself.
    release();
    port.close();
  });
  // Also for a process that is killed.
  flushCompileCache();
  post({ ready: true });
}

/** Eight bytes are an eventfd's counter; reading resets it. */
function drainWake(): void {
  try {
    readSync(wake, new Uint8Array(8));
  } catch {
    // Empty already: an earlier round took the message that this event announced.
  }
}
