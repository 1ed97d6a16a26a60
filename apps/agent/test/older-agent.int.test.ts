/**
 * An agent of before policies had `profiles`, from this repository's history, with a policy of today: it keeps what it has and says so. What it did is
 * what every agent does with a word that it does not know yet, so the same is asked of today's agent with a word of tomorrow.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PolicyDocument, RegistryEntry } from '@pullgate/policy';
import type { CheckAnswer, LocalStatus } from '@pullgate/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askAgent, enrollMachine, toAgentPaths } from '../src/index.ts';
import { ENROLLMENT_TOKEN, type SmallControlPlane, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The commit before the one that brought `profiles` into the policy. */
const BEFORE_PROFILES = '464d992';
/** Three agents start, one after the other. */
const SLOW = { timeout: 120_000 };

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', ROOT, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

const hasHistory = git('cat-file', '-e', `${BEFORE_PROFILES}^{commit}`) !== undefined;

/** Today's packages of others, and the workspace's own as they were: their links are relative. */
async function checkOutOlder(): Promise<string> {
  const older = join(await makeTemporaryDirectory(), 'older');
  mkdirSync(older);
  const archive = execFileSync(
    'git',
    ['-C', ROOT, 'archive', BEFORE_PROFILES, 'apps', 'packages', 'package.json'],
    {
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  execFileSync('tar', ['-x', '-C', older], { input: archive });
  const modules = join(older, 'node_modules');
  mkdirSync(join(modules, '@pullgate'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '@pullgate') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const kind of ['apps', 'packages'])
    for (const name of readdirSync(join(older, kind)))
      symlinkSync(`../../${kind}/${name}`, join(modules, '@pullgate', name));
  return older;
}

/** Runs the agent of a checkout on a data directory. What it gives kills it, as an upgrade would. */
async function run(checkout: string, dataDir: string): Promise<() => Promise<void>> {
  const program = join(checkout, 'apps/agent/test/agent-process.ts');
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  expect(child.exitCode).toBeNull();
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}

async function enroll(): Promise<{ plane: SmallControlPlane; dataDir: string }> {
  const plane = await startSmallControlPlane();
  onTestFinished(() => plane.stop());
  const dataDir = join(await makeTemporaryDirectory(), 'data');
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  return { plane, dataDir };
}

const statusOf = async (dataDir: string): Promise<LocalStatus> =>
  (await askAgent(toAgentPaths(dataDir).agentSocket, 'GET', '/v1/status')).body as LocalStatus;

const untilStatus = (dataDir: string, check: (status: LocalStatus) => boolean): Promise<LocalStatus> =>
  until(async () => {
    const status = await statusOf(dataDir);
    return check(status) ? status : undefined;
  });

/** What the agent says of a reference that the first policy allows and the next does not name. */
const check = async (dataDir: string): Promise<unknown> => {
  const asked = { reference: 'ghcr.io/acme/app:1' };
  const { body } = await askAgent(toAgentPaths(dataDir).agentSocket, 'POST', '/v1/check', asked);
  const { verdict, reason, revision } = body as CheckAnswer;
  return { verdict, reason, revision };
};
const ALLOWED = { verdict: 'allow', reason: 'RULE_ALLOWED', revision: 1 };

/** It keeps the first policy over the next, also after a restart, and reports why; today's agent then takes the next on the same files. */
async function expectKept(checkout: string, next: Partial<PolicyDocument>, problem: RegExp): Promise<void> {
  const { plane, dataDir } = await enroll();
  const ghcr: RegistryEntry = {
    id: 'ghcr',
    registry: 'ghcr.io',
    allow: ['pull', 'push', 'delete', 'catalog'],
  };
  await plane.publish({ registries: [ghcr] });
  const first = await run(checkout, dataDir);
  await untilStatus(dataDir, ({ policy }) => policy?.revision === 1);
  expect(await check(dataDir)).toEqual(ALLOWED);
  await plane.publish({ registries: [], ...next });
  const refused = await untilStatus(dataDir, ({ rejected }) => rejected !== undefined);
  expect(refused.policy).toMatchObject({ revision: 1, mode: 'enforce' });
  expect(refused.rejected).toMatchObject({
    code: 'POLICY_INVALID',
    message: expect.stringMatching(problem),
  });
  expect(await check(dataDir)).toEqual(ALLOWED);
  const reported = await until(() => plane.heartbeats.find(({ rejected }) => rejected !== undefined));
  expect(reported).toMatchObject({ policy: { revision: 1 }, rejected: { code: 'POLICY_INVALID' } });
  await first();

  const again = await run(checkout, dataDir);
  const kept = await untilStatus(dataDir, ({ rejected }) => rejected !== undefined);
  expect(kept.policy).toMatchObject({ revision: 1 });
  expect(await check(dataDir)).toEqual(ALLOWED);
  // A policy that it knows all words of is taken, and the complaint is gone.
  await plane.publish({ registries: [ghcr] });
  const healed = await untilStatus(dataDir, ({ policy }) => policy?.revision === 3);
  expect(healed.rejected).toBeUndefined();
  await again();
}

describe('an agent that does not know a word of the policy yet', () => {
  it.skipIf(!hasHistory)(
    'keeps its last good policy and reports it: one of before `profiles` (skipped where the history of the repository is not there)',
    SLOW,
    async () => {
      const profiles = [{ registry: 'ghcr.io', blobHosts: ['blobs.acme.example'] }];
      await expectKept(await checkOutOlder(), { profiles } as Partial<PolicyDocument>, /profiles/);
    },
  );

  it('keeps its last good policy and reports it: today’s, with a word of tomorrow', SLOW, async () => {
    await expectKept(ROOT, { tomorrow: [] } as Partial<PolicyDocument>, /tomorrow/);
  });

  it.skipIf(!hasHistory)(
    'takes the very same policy once it is replaced by one that knows it',
    SLOW,
    async () => {
      const { plane, dataDir } = await enroll();
      await plane.publish();
      const older = await run(await checkOutOlder(), dataDir);
      await untilStatus(dataDir, ({ policy }) => policy?.revision === 1);
      const profiles = [{ registry: 'docker.io', blobHosts: ['blobs.acme.example'] }];
      await plane.publish({ profiles } as Partial<PolicyDocument>);
      await untilStatus(dataDir, ({ rejected }) => rejected !== undefined);
      await older();
      await run(ROOT, dataDir);
      const { rejected } = await untilStatus(dataDir, ({ policy }) => policy?.revision === 2);
      expect(rejected).toBeUndefined();
    },
  );
});
