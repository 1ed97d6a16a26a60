/** What an agent knew before it was killed, or replaced by this version, it knows again, without its control plane. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocalStatus } from '@pullgate/protocol';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  askAgent,
  enrollMachine,
  loadAgentConfig,
  type RunningAgent,
  startAgent,
  toAgentPaths,
} from '../src/index.ts';
import { type RequiredSignIn, toRequiredSource } from './required-source.ts';
import { ENROLLMENT_TOKEN, type SmallControlPlane, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const AGENT = fileURLToPath(new URL('agent-process.ts', import.meta.url));
const ACME: RequiredSignIn = { mechanism: 'registry.json', allowedOrgs: ['acme'] };
const EMAIL = 'dev@acme.example';
/** Starts four agents, one after the other. */
const SLOW = { timeout: 120_000 };

async function enroll() {
  const plane = await startSmallControlPlane();
  onTestFinished(() => plane.stop());
  plane.people.set('right-token', {
    user: { id: 'u1', email: EMAIL },
    organizations: ['acme'],
    teams: ['platform'],
  });
  const dataDir = await makeTemporaryDirectory();
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  return { plane, dataDir, paths: toAgentPaths(dataDir) };
}

/** Resolves once the agent serves; what it gives kills the process and waits for its end. */
async function spawnAgent(dataDir: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [AGENT, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  };
}

/** Without a word from the control plane, as after a crash on a train. */
async function startAlone(plane: SmallControlPlane, dataDir: string): Promise<RunningAgent> {
  await plane.stop();
  const config = await loadAgentConfig(toAgentPaths(dataDir), { proxyListen: '127.0.0.1:0' });
  const log = pino({ level: 'silent' });
  const agent = await startAgent(config, { log, required: toRequiredSource(ACME) });
  onTestFinished(() => agent.stop());
  return agent;
}

const statusOf = async (path: string) => (await askAgent(path, 'GET', '/v1/status')).body as LocalStatus;

describe('an agent that is killed', () => {
  it('has the person signed in again', async () => {
    const { plane, dataDir, paths } = await enroll();
    await plane.publish();
    const kill = await spawnAgent(dataDir);
    await askAgent(paths.agentSocket, 'POST', '/v1/session', { token: 'right-token' });
    await kill();
    const agent = await startAlone(plane, dataDir);
    expect(agent.status().signIn).toMatchObject({ state: 'satisfied', session: { email: EMAIL } });
  });

  it('has them signed in also when it was killed while it wrote a document', SLOW, async () => {
    const { plane, dataDir, paths } = await enroll();
    await plane.publish();
    const first = await spawnAgent(dataDir);
    await askAgent(paths.agentSocket, 'POST', '/v1/session', { token: 'right-token' });
    await first();
    let seen = 1;
    for (const delayMs of [0, 5, 30]) {
      const kill = await spawnAgent(dataDir);
      let isKilled = false;
      const publishing = (async () => {
        while (!isKilled) await plane.publish();
      })();
      seen = await until(async () => {
        const { policy } = await statusOf(paths.agentSocket);
        return policy !== undefined && policy.revision > seen ? policy.revision : undefined;
      });
      await sleep(delayMs);
      await kill();
      isKilled = true;
      await publishing;
    }
    const agent = await startAlone(plane, dataDir);
    expect(agent.status().signIn).toMatchObject({ state: 'satisfied', session: { email: EMAIL } });
    expect(agent.status().rejected).toBeUndefined();
    // What was once in force was on disk before.
    expect(agent.status().policy?.revision).toBeGreaterThanOrEqual(seen);
  });
});

describe('documents that an agent before sign-in kept', () => {
  it('hold in this version, which asks for a sign-in where that is required', async () => {
    const { plane, dataDir } = await enroll();
    await plane.publish({ sessionOfflineLimit: undefined as never });
    await plane.assign({ holder: { id: 'u1' }, teams: ['platform'], sessions: undefined as never });
    const kill = await spawnAgent(dataDir);
    const { adminSocket } = toAgentPaths(dataDir);
    expect(await askAgent(adminSocket, 'POST', '/v1/refresh')).toMatchObject({ status: 200 });
    await kill();
    const { signIn, policy, rejected } = (await startAlone(plane, dataDir)).status();
    expect(policy).toMatchObject({ revision: 1, mode: 'enforce' });
    expect(rejected).toBeUndefined();
    expect(signIn).toMatchObject({ state: 'required', allowedOrgs: ['acme'] });
    expect(signIn).not.toHaveProperty('session');
  });
});
