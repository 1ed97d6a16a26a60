/** The relays that this platform has, each ready for use. Holds no tests. */

import { expect } from 'vitest';
import { createEventThreads } from '../src/linux/event-thread.ts';
import { createSpliceRelay } from '../src/linux/splice-relay.ts';
import { loadSyscalls } from '../src/linux/syscalls.ts';
import { createSocketRelay, type Relay } from '../src/points/proxy/relay.ts';

/** Other programs may be using this machine: what will come is waited for. */
export const PATIENT = { timeout: 20_000 };

type Kind = readonly [name: string, create: (idleTimeoutMs: number) => Promise<Relay>];
const sockets: Kind = ['sockets', async (idleTimeoutMs) => createSocketRelay({ idleTimeoutMs })];
const splice: Kind = [
  'splice',
  async (idleTimeoutMs) => {
    const options = { idleTimeoutMs };
    const relay = createSpliceRelay(createSocketRelay(options), options, createEventThreads());
    // Until its thread is ready, a splicing relay prepares portable ones, which bring a buffer.
    await expect.poll(() => relay.prepare().onread, PATIENT).toBeUndefined();
    return relay;
  },
];
export const RELAYS = loadSyscalls() === undefined ? [sockets] : [sockets, splice];
