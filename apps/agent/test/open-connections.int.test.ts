/** A whole agent with its proxy and a transfer under way: whatever ends its permission ends the transfer. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { enrollMachine, loadAgentConfig, startAgent, toAgentPaths } from '../src/index.ts';
import { NOT_REQUIRED } from '../src/sign-in-required/required.ts';
import { openTunnel, startPeer } from './proxy-harness.ts';
import { type RequiredSignIn, toRequiredSource } from './required-source.ts';
import { ENROLLMENT_TOKEN, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const ACME: RequiredSignIn = { mechanism: 'registry.json', allowedOrgs: ['acme'] };
const SESSION = {
  id: 's1',
  uid: 0,
  since: 1,
  user: { id: 'u1', email: 'dev@acme.example' },
  organizations: ['acme'],
  teams: [],
};

/** The system's clocks, which a test moves on. */
function createMovedClock() {
  let aheadMs = 0;
  const clock: Clock = {
    now: () => Date.now() + aheadMs,
    monotonicMs: () => performance.now() + aheadMs,
  };
  return {
    clock,
    moveBy: (ms: number) => {
      aheadMs += ms;
    },
  };
}

/** A registry that sends a little now and then, without end. */
async function startSlowRegistry() {
  const peer = await startPeer((socket) => {
    const timer = setInterval(() => socket.write('some'), 5);
    socket.once('close', () => clearInterval(timer));
  });
  onTestFinished(() => peer[Symbol.asyncDispose]());
  return `127.0.0.1:${peer.port}`;
}

async function startTransfer(first: RequiredSignIn = NOT_REQUIRED) {
  const plane = await startSmallControlPlane();
  onTestFinished(() => plane.stop());
  const registry = await startSlowRegistry();
  const registries = [{ id: 'own', registry, allow: ['pull' as const, 'push' as const] }];
  const publish = (changes: Parameters<typeof plane.publish>[0] = {}) =>
    plane.publish({ registries, addresses: ['127.0.0.1'], ...changes });
  await publish();
  await plane.assign({ holder: { id: 'u1' }, sessions: [SESSION] });
  const dataDir = await makeTemporaryDirectory();
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  const required = toRequiredSource(first);
  const { clock, moveBy } = createMovedClock();
  const config = await loadAgentConfig(toAgentPaths(dataDir), { proxyListen: '127.0.0.1:0' });
  const log = pino({ level: 'silent' });
  const agent = await startAgent(config, { log, clock, required });
  onTestFinished(() => agent.stop());
  await agent.refresh();
  const socket = await openTunnel(Number(new URL(agent.status().points[0]?.detail ?? '').port), registry);
  onTestFinished(() => void socket.destroy());
  await once(socket.resume(), 'data');
  return { agent, plane, publish, required, moveBy, socket };
}

const cut = (socket: Socket) => expect(once(socket, 'close')).rejects.toMatchObject({ code: 'ECONNRESET' });

describe('a transfer under way', () => {
  it('ends with a policy that no longer lists its registry, and is recorded', async () => {
    const { agent, plane, publish, socket } = await startTransfer();
    const ended = cut(socket);
    await publish({ registries: [] });
    await ended;
    await agent.stop();
    const denied = [...plane.records.values()].flat().filter(({ verdict }) => verdict === 'deny');
    expect(denied).toMatchObject([{ reason: 'NOT_LISTED', revision: 2, user: 'u1' }]);
  });

  it('ends with the session of the person, as when they are deactivated', async () => {
    const { plane, socket } = await startTransfer(ACME);
    const ended = cut(socket);
    await plane.assign({ holder: { id: 'u1' }, sessions: [] });
    await ended;
  });

  it('ends with the membership of the machine, though it hears of nothing else', async () => {
    const { plane, socket } = await startTransfer(ACME);
    await until(() => plane.streams() > 0);
    const ended = cut(socket);
    plane.isRevoked = true;
    plane.endStreams();
    await ended;
  });

  it('ends when sign-in is required from now on, and nobody suits', async () => {
    const { required, socket } = await startTransfer();
    const ended = cut(socket);
    required.set({ ...ACME, allowedOrgs: ['globex'] });
    await ended;
  });

  it('ends when an address is no longer named by the policy', async () => {
    const { publish, socket } = await startTransfer();
    const ended = cut(socket);
    await publish({ addresses: [] });
    await ended;
  });

  it.each(['policyOfflineLimit', 'sessionOfflineLimit'] as const)(
    'ends past the %s by the clock alone',
    async (limit) => {
      const { plane, publish, agent, moveBy, socket } = await startTransfer(ACME);
      await publish({ [limit]: 3600 });
      await until(() => agent.status().policy?.revision === 2);
      await plane.stop();
      await until(() => agent.status().connection.state === 'offline');
      const ended = cut(socket);
      moveBy(3_601_000);
      await ended;
    },
  );

  it('goes on through a new policy that allows it, and in observe mode through one that does not', async () => {
    const { agent, publish, socket } = await startTransfer();
    await publish();
    await publish({ registries: [], mode: { default: 'observe', teams: {} } });
    await until(() => agent.status().policy?.revision === 3);
    await once(socket, 'data');
    expect(socket.destroyed).toBe(false);
  });
});
