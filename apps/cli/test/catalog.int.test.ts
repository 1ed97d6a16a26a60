/** A catalog imported on a running server, with a real agent behind it: what opens on the machine, and how soon. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Scene, sendConnect } from './scene.ts';

/** From the end of the command on. */
const SOON_MS = 1000;

let scene: Scene;
let running: Awaited<ReturnType<Scene['up']>>;

beforeAll(async () => {
  scene = createScene({ PULLGATE_ORGANIZATION: 'acme' });
  running = await scene.up();
}, 60_000);
afterAll(async () => {
  await running.stop();
  scene.dispose();
});

const inFolder = (name: string): string => join(scene.folder, name);

async function run(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await scene.cli(words);
  expect([words, code, stderr]).toEqual([words, 0, stderr]);
  return stdout;
}

/** The status with which the agent's proxy answers: 403 is the policy's, others mean that it was let through and is not there. */
const statusOf = async (host: string): Promise<string> =>
  (await sendConnect(running.report.proxy, `${host}:443`)).split(' ')[1] ?? '';

async function waitForStatus(host: string, isExpected: (status: string) => boolean): Promise<number> {
  const started = performance.now();
  while (!isExpected(await statusOf(host))) {
    if (performance.now() - started > 10 * SOON_MS) throw new Error(`${host} is answered as before`);
    await sleep(20);
  }
  return performance.now() - started;
}

describe('a catalog of the organization', () => {
  it('opens on a running machine what it says of a registry that is allowed', async () => {
    await run('registry', 'add', 'registry.acme.invalid');
    await run('policy', 'apply', '--yes');
    await run('mode', 'enforce', '--yes');
    await waitForStatus('cdn.acme.invalid', (status) => status === '403');

    await run('catalog', 'export', inFolder('catalog.json'));
    const key = JSON.parse(await run('catalog', 'key', 'create', inFolder('catalog.key'), '--json'));
    await run('catalog', 'key', 'trust', key.publicKey, '--name', 'platform');
    const catalog = JSON.parse(readFileSync(inFolder('catalog.json'), 'utf8'));
    catalog.version = '2999-01-01.1';
    catalog.profiles.push({
      ...{ registry: 'registry.acme.invalid', name: 'Acme', apiHosts: [], tokenHosts: [] },
      ...{ blobHosts: ['cdn.acme.invalid'], broadBlobHosts: [] },
    });
    writeFileSync(inFolder('catalog.json'), JSON.stringify(catalog));
    const files = ['--key', inFolder('catalog.key'), '--output', inFolder('catalog.signed')];
    await run('catalog', 'sign', inFolder('catalog.json'), ...files);

    expect(await run('catalog', 'import', inFolder('catalog.signed'))).toMatch(
      /^r4 published · catalog .* → 2999-01-01\.1$/m,
    );
    expect(await waitForStatus('cdn.acme.invalid', (status) => status !== '403')).toBeLessThan(SOON_MS);
    expect(await run('catalog', 'show')).toContain('machines judge by   this one (r4)');
  }, 120_000);

  it('closes it again when the owner goes back', async () => {
    await run('catalog', 'reset');
    expect(await waitForStatus('cdn.acme.invalid', (status) => status === '403')).toBeLessThan(SOON_MS);
  }, 60_000);

  it('offers to keep the frontend of builds when Docker Hub is blocked', async () => {
    const { stderr } = await scene.cli(['registry', 'edit', 'docker.io', '--access', 'none']);
    const [, advice = ''] = /to keep it: pullgate (.*)/.exec(stderr) ?? [];
    await run(...advice.split(' '));
    await run('policy', 'apply', '--yes');
    // The server's answer: on this machine nothing looks inside requests, so that it denies a limited registry whole.
    const owner = JSON.parse(await run('member', 'list', '--json')).items[0].email;
    const codes = ['docker/dockerfile:1', 'alpine'].map((name) => scene.cli(['check', name, '--as', owner]));
    expect((await Promise.all(codes)).map(({ code }) => code)).toEqual([0, 3]);
  }, 60_000);
});
