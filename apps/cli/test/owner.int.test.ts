import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatReady, type ReadyReport } from '../src/up/ready-report.ts';
import { createScene, type Scene, sendConnect } from './scene.ts';

let scene: Scene;
let running: Awaited<ReturnType<Scene['up']>>;
let report: ReadyReport;

beforeAll(async () => {
  scene = createScene({ PULLGATE_ORGANIZATION: 'acme' });
  running = await scene.up();
  report = running.report;
});
afterAll(async () => {
  const code = await running.stop();
  scene.dispose();
  expect(code).toBe(0);
});

const golden = (name: string): string => join(import.meta.dirname, '..', 'golden', `${name}.txt`);

/** Runs the commands in order and writes them down as a person would see them. */
async function transcribe(...commands: readonly (readonly string[])[]): Promise<string> {
  const lines: string[] = [];
  for (const command of commands) {
    const { code, text } = await scene.transcribe(command);
    const words = command.map((word) => (/^[\w./:=,-]+$/.test(word) ? word : `'${word}'`));
    lines.push(`$ pullgate ${words.join(' ')}\n`, text, ...(code === 0 ? [] : [`(exit code ${code})\n`]));
  }
  return scene.normalize(lines.join(''));
}

describe('an owner', () => {
  it('starts everything and reads where to go next', async () => {
    const terminal = { paint: (_style: string, text: string) => text } as never;
    await expect(scene.normalize(`${formatReady(terminal, report).join('\n')}\n`)).toMatchFileSnapshot(
      golden('up'),
    );
    expect(report).toMatchObject({ organization: 'acme', mode: 'observe', revision: 1 });
  });

  it('is signed in, by a file that only they can read', () => {
    expect(statSync(join(scene.folder, 'home', 'credentials.json')).mode & 0o777).toBe(0o600);
  });

  it('looks around', async () => {
    await expect(
      await transcribe(
        ['status'],
        ['registry', 'list'],
        ['machine', 'list'],
        ['mode'],
        ['policy', 'show'],
        ['policy', 'diff'],
      ),
    ).toMatchFileSnapshot(golden('look-around'));
  });

  it('sees what enforcing would have denied, then enforces', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) await sendConnect(report.proxy, 'registry.test:443');
    await waitForDecision();
    const question = await scene.cli(['mode', 'enforce']);
    expect(question.code).toBe(2);
    expect(question.stderr).toContain('registry.test');
    await expect(await transcribe(['mode', 'enforce', '--yes'], ['mode', 'enforce'])).toMatchFileSnapshot(
      golden('mode'),
    );
    expect(await sendConnect(report.proxy, 'registry.test:443')).toMatch(
      /^HTTP\/1.1 403 acme does not allow registry.test/,
    );
  });

  it('reads who was stopped', async () => {
    await waitForDecision('--denied');
    const { stdout } = await scene.cli(['decision', 'list', '--denied', '--json', '--limit', '1']);
    expect(JSON.parse(stdout).items[0]).toMatchObject({ verdict: 'deny', registry: 'registry.test' });
    const rows = await scene.cli(['decision', 'list', '--denied', '--attempts']);
    expect(rows.stdout).toContain('connect registry.test');
  });

  it('adds a registry in the draft and applies it', async () => {
    await expect(
      await transcribe(
        ['registry', 'add', 'registry.acme.example:5000', '--name', 'Artifactory'],
        ['registry', 'add', 'quay.io', '--id', 'quay', '--access', 'pull', '--repositories', 'prometheus/**'],
        ['policy', 'diff'],
        ['check', 'registry.acme.example:5000/app:1', '--push'],
        ['check', 'registry.acme.example:5000/app:1', '--push', '--draft'],
        ['policy', 'apply', '--yes', '--comment', 'our own registry'],
        ['policy', 'apply', '--yes'],
        ['registry', 'edit', 'quay.io', '--repositories', 'all'],
        ['registry', 'remove', 'quay'],
        ['policy', 'apply'],
        ['policy', 'apply', '--yes'],
        ['policy', 'rollback', '3', '--yes'],
      ),
    ).toMatchFileSnapshot(golden('registry'));
  });

  it('checks references, with the exit code of the answer', async () => {
    await expect(
      await transcribe(
        ['check', 'alpine'],
        ['check', 'ghcr.io/acme/app:1'],
        ['check', 'quay.io/prometheus/node-exporter', '--explain'],
        ['check', 'UPPER/case'],
        ['check', 'ghcr.io/acme/app:1', '--as', 'nobody@acme.example'],
      ),
    ).toMatchFileSnapshot(golden('check'));
  });

  it('replaces the document from a file, and hears every problem with its line', async () => {
    const { stdout } = await scene.cli(['policy', 'show']);
    const path = join(scene.folder, 'policy.yaml');
    writeFileSync(
      path,
      `${stdout}contact: { message: "Ask in #platform", url: "https://wiki.acme.example/registries" }\ntests:\n  - { pull: "alpine", expect: allow }\n`,
    );
    writeFileSync(join(scene.folder, 'broken.yaml'), `${stdout}colour: red\ntests: 3\n`);
    await expect(
      await transcribe(
        ['policy', 'edit', '--file', join(scene.folder, 'broken.yaml')],
        ['policy', 'edit', '--file', path],
        ['policy', 'test'],
        ['policy', 'apply', '--yes', '--file', path],
        ['check', 'ghcr.io/acme/app:1'],
        ['policy', 'edit'],
        ['policy', 'edit', '--file', '/nowhere.yaml'],
      ),
    ).toMatchFileSnapshot(golden('policy-edit'));
  });

  it('reads history and activity', async () => {
    const history = JSON.parse((await scene.cli(['policy', 'history', '--json'])).stdout);
    expect(history.items[0].revision).toBeGreaterThan(history.items[1].revision);
    const activity = JSON.parse((await scene.cli(['activity', 'list', '--json', '--limit', '2'])).stdout);
    expect(activity.items.length).toBe(2);
    const next = await scene.cli(['activity', 'list', '--limit', '2', '--cursor', activity.nextCursor]);
    expect(next.code).toBe(0);
  });

  it('follows decisions as they happen, until it is told to end', async () => {
    const follower = scene.start([
      'decision',
      'list',
      '--follow',
      '--json',
      '--denied',
      '--registry',
      'follow.test',
    ]);
    const ended = new Promise<number | null>((resolve) => follower.once('exit', resolve));
    const line = new Promise<string>((resolve) =>
      follower.stdout?.once('data', (chunk) => resolve(String(chunk))),
    );
    const knock = setInterval(
      () => void sendConnect(report.proxy, 'follow.test:443').catch(() => undefined),
      200,
    );
    try {
      expect(JSON.parse((await line).split('\n')[0] ?? '')).toMatchObject({
        verdict: 'deny',
        registry: 'follow.test',
      });
    } finally {
      clearInterval(knock);
      follower.kill('SIGINT');
    }
    expect(await ended).toBe(0);
  });

  it('makes and revokes tokens', async () => {
    const made = await scene.cli([
      'token',
      'create',
      '--name',
      'ci',
      '--scopes',
      'policy:read',
      '--expires',
      '7d',
      '--json',
    ]);
    const { id, token } = JSON.parse(made.stdout);
    const other = createScene({
      PULLGATE_SERVER: report.url,
      PULLGATE_TOKEN: token,
      PULLGATE_ORGANIZATION: 'acme',
    });
    expect((await other.cli(['policy', 'show'])).code).toBe(0);
    expect(await other.cli(['mode', 'off', '--yes'])).toMatchObject({ code: 1 });
    expect((await scene.cli(['token', 'revoke', id])).code).toBe(0);
    expect(await other.cli(['policy', 'show'])).toMatchObject({ code: 1 });
    other.dispose();
    expect((await scene.cli(['token', 'list'])).stdout).not.toContain(token);
  });

  it('enrols another machine by a token, once', async () => {
    const { token } = JSON.parse((await scene.cli(['token', 'create', '--enroll', '--json'])).stdout);
    const args = ['machine', 'enroll', '--server', report.url, '--token', token, '--name', 'second', '--yes'];
    const first = await scene.cli([...args, '--data-dir', join(scene.folder, 'second'), '--json']);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout).organization.slug).toBe('acme');
    expect((await scene.cli([...args, '--data-dir', join(scene.folder, 'third')])).code).toBe(1);
    expect((await scene.cli(['machine', 'list'])).stdout).toContain('second');
  });

  it('signs in elsewhere with a token, and out again', async () => {
    const { token } = JSON.parse(
      (await scene.cli(['token', 'create', '--name', 'login', '--scopes', 'policy:read', '--json'])).stdout,
    );
    const other = createScene();
    expect((await other.cli(['policy', 'show'])).stderr).toContain('NOT_SIGNED_IN');
    const login = await other.cli(['login', '--server', report.url, '--with-token'], `${token}\n`);
    expect(login).toMatchObject({ code: 0, stdout: expect.stringContaining('signed in to acme') });
    expect((await other.cli(['policy', 'show'])).code).toBe(0);
    expect((await other.cli(['login', '--server', report.url, '--with-token'], 'pgt_wrong')).code).toBe(1);
    expect((await other.cli(['logout'])).code).toBe(0);
    expect((await other.cli(['policy', 'show'])).code).toBe(1);
    other.dispose();
  });

  it('gets every listing as one JSON document', async () => {
    for (const command of [
      'registry list',
      'machine list',
      'token list',
      'token list --enroll',
      'activity list',
      'decision list',
      'policy history',
    ]) {
      const { stdout, code } = await scene.cli([...command.split(' '), '--json']);
      expect([command, code, Array.isArray(JSON.parse(stdout).items)]).toEqual([command, 0, true]);
    }
    for (const command of ['status', 'mode', 'policy show', 'policy diff', 'policy test', 'check alpine']) {
      const { stdout } = await scene.cli([...command.split(' '), '--json']);
      expect(typeof JSON.parse(stdout)).toBe('object');
    }
  });

  it('backs up while it runs', async () => {
    const file = join(scene.folder, 'backup', 'one.pgbak');
    mkdirSync(join(scene.folder, 'backup'));
    const dataDir = join(report.dataDir, 'control-plane');
    const { dataDir: ofUp } = report;
    expect(await scene.cli(['server', 'backup', file, '--data-dir', ofUp])).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(await scene.cli(['server', 'restore', file, '--data-dir', dataDir, '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DATA_DIR_IN_USE'),
    });
    const other = join(scene.folder, 'other');
    expect(await scene.cli(['server', 'restore', file, '--data-dir', other, '--yes'])).toMatchObject({
      code: 0,
    });
    expect(readdirSync(other).length).toBeGreaterThan(0);
  });

  it('never finds a secret in the logs', () => {
    const { entries } = JSON.parse(readFileSync(join(scene.folder, 'home', 'credentials.json'), 'utf8'));
    for (const name of readdirSync(join(report.dataDir, 'logs'))) {
      const log = readFileSync(join(report.dataDir, 'logs', name), 'utf8');
      for (const { token } of entries) expect(log.includes(token)).toBe(false);
    }
  });
});

/** Decisions travel in batches. */
async function waitForDecision(...filter: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const { stdout } = await scene.cli(['decision', 'list', '--json', ...filter]);
    if (JSON.parse(stdout).items.length > 0) return;
    await sleep(250);
  }
  throw new Error('no decision reached the control plane in time');
}
