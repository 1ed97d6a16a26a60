import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
beforeEach(() => {
  scene = createScene({
    PULLGATE_ORGANIZATION: 'acme',
    PULLGATE_OWNER_EMAIL: 'owner@acme.example',
    PULLGATE_OWNER_PASSWORD: 'correct horse battery',
  });
});
afterEach(() => scene.dispose());

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (await isTrue()) return;
    await sleep(100);
  }
  throw new Error('it did not come about in 15 s');
}

describe('up', () => {
  it('ends in order at SIGTERM, and starts again on what it left', async () => {
    const first = await scene.up();
    expect(first.report.welcomeUrl).toBeUndefined();
    expect((await scene.cli(['status'])).stdout).toContain('owner@acme.example');
    expect(await first.stop()).toBe(0);
    rmSync(join(scene.folder, 'home'), { recursive: true });
    const second = await scene.up();
    expect((await scene.cli(['registry', 'list'])).code).toBe(0);
    expect(second.report.revision).toBe(1);
    expect(await second.stop()).toBe(0);
  });

  it('takes a signal that its children get as well for the end, and for no crash of theirs', async () => {
    const up = await scene.up();
    let said = '';
    up.process.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const pid = up.process.pid ?? 0;
    const ended = new Promise((resolve) => up.process.once('close', resolve));
    for (const child of childrenOf(pid)) process.kill(child, 'SIGTERM');
    process.kill(pid, 'SIGTERM');
    expect(await ended).toBe(0);
    expect(said).toBe('');
  });

  it('leaves no child behind when it is killed, and one that dies is started again', async () => {
    const up = await scene.up();
    const pid = up.process.pid ?? 0;
    const [first = 0, second = 0] = childrenOf(pid);
    process.kill(second, 'SIGKILL');
    await waitUntil(() => childrenOf(pid).length === 2 && !childrenOf(pid).includes(second));
    await waitUntil(async () => (await scene.cli(['check', 'alpine'])).code === 0);
    expect((await scene.cli(['status', '--json'])).stdout).toContain(up.report.proxy.slice('http://'.length));
    const children = childrenOf(pid);
    expect(children).toContain(first);
    up.process.kill('SIGKILL');
    await waitUntil(() => children.every((child) => !isAlive(child)));
  });

  it('says that it runs already, that a port is taken, that a directory cannot be used', async () => {
    const up = await scene.up();
    const again = await scene.cli(['up', '--data-dir', up.report.dataDir, '--yes']);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('[ALREADY_RUNNING]') });
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const listen = await scene.cli([
      'up',
      '--data-dir',
      join(scene.folder, 'b'),
      '--yes',
      '--listen',
      `127.0.0.1:${port}`,
    ]);
    expect(listen).toMatchObject({ code: 1, stderr: expect.stringContaining('[LISTEN_FAILED]') });
    const proxyArgs = ['--listen', '127.0.0.1:0', '--proxy-listen', `127.0.0.1:${port}`];
    const proxy = await scene.cli(['up', '--data-dir', join(scene.folder, 'c'), '--yes', ...proxyArgs]);
    expect(proxy.code).toBe(1);
    expect(proxy.stderr).toContain(String(port));
    taken.close();
    writeFileSync(join(scene.folder, 'file'), '');
    const file = await scene.cli(['up', '--data-dir', join(scene.folder, 'file', 'x')]);
    expect(file).toMatchObject({ code: 1, stderr: expect.stringContaining('[FILE_UNWRITABLE]') });
    expect(await up.stop()).toBe(0);
  });

  it('runs in the background until down', async () => {
    const dataDir = join(scene.folder, 'data');
    const args = ['--data-dir', dataDir, '--listen', '127.0.0.1:0', '--proxy-listen', '127.0.0.1:0'];
    const up = await scene.cli(['up', '--detach', ...args]);
    expect(up).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Organization acme · mode observe'),
    });
    expect((await scene.cli(['check', 'alpine'])).code).toBe(0);
    expect(await scene.cli(['down', '--data-dir', dataDir])).toMatchObject({ code: 0, stdout: 'stopped\n' });
    expect(await scene.cli(['down', '--data-dir', dataDir])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[NOT_RUNNING]'),
    });
  });

  it('says what is wrong with the name of an organization', async () => {
    const bad = createScene({ PULLGATE_ORGANIZATION: 'No Such Name' });
    mkdirSync(join(bad.folder, 'data'));
    const up = await bad.cli([
      'up',
      '--yes',
      '--data-dir',
      join(bad.folder, 'data'),
      '--listen',
      '127.0.0.1:0',
    ]);
    expect(up).toMatchObject({ code: 2, stderr: expect.stringContaining('[USAGE]') });
    bad.dispose();
  });
});
