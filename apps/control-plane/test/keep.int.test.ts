/** Data directories: backup, restore, two servers, a server killed while it publishes. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseControlPlaneConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/open.ts';
import { backUp, isSetUp, restore } from '../src/keep.ts';
import { issueOwnerToken, setUpOrganization } from '../src/set-up.ts';
import { startControlPlane } from '../src/start.ts';
import { type Harness, startHarness } from './harness.ts';

describe('a data directory', () => {
  let plane: Harness;
  let dir: string;
  beforeEach(async () => {
    plane = await startHarness();
    dir = mkdtempSync(join(tmpdir(), 'pullgate-keep-'));
  });
  afterEach(async () => {
    await plane.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const publish = async (registry: string) => {
    const added = await plane.owner.post('registries', { registry });
    await plane.owner.post('policy/publish', {}, { 'if-match': added.headers.get('etag') ?? '' });
  };
  const inForce = async () => {
    const { revision, document } = (await plane.owner.get('policy')).body;
    return [revision, document.registries.map((entry: { registry: string }) => entry.registry)];
  };

  it('is used by one server at a time', async () => {
    await expect(startControlPlane(plane.config)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    await expect(setUpOrganization(plane.config, { organization: 'other' })).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
    });
    await expect(issueOwnerToken(plane.config, 'acme')).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });

  it('keeps what is secret from other users', () => {
    for (const file of ['secret', 'pullgate.sqlite']) {
      expect(statSync(join(plane.config.dataDir, file)).mode & 0o077).toBe(0);
    }
  });

  it('is set up once, and hands out further owner tokens', async () => {
    expect(isSetUp(plane.config)).toBe(true);
    expect(isSetUp({ ...plane.config, dataDir: dir })).toBe(false);
    let token = '';
    await plane.stopped(async () => {
      await expect(setUpOrganization(plane.config, { organization: 'acme' })).rejects.toMatchObject({
        code: 'SET_UP_ALREADY',
      });
      await expect(issueOwnerToken(plane.config, 'strangers')).rejects.toMatchObject({ code: 'NOT_SET_UP' });
      token = await issueOwnerToken(plane.config, 'acme');
    });
    expect((await plane.clientWith({ authorization: `Bearer ${token}` }).get('policy')).status).toBe(200);
  });

  it('does not start before it is set up', async () => {
    const config = parseControlPlaneConfig({ dataDir: join(dir, 'empty'), listen: '127.0.0.1:0' });
    await expect(startControlPlane(config)).rejects.toMatchObject({ code: 'NOT_SET_UP' });
  });

  it('refuses a directory that a later version has written', async () => {
    await plane.stopped(async () => {
      const copy = { ...plane.config, dataDir: join(dir, 'copy') };
      cpSync(plane.config.dataDir, copy.dataDir, { recursive: true });
      const { db, close } = await openDatabase(copy.dataDir);
      await db
        .insertInto('migrations' as never)
        .values({ name: '9999-later', at: 0 } as never)
        .execute();
      await close();
      await expect(startControlPlane(copy)).rejects.toMatchObject({ code: 'DATA_DIR_NEWER' });
    });
  });

  it('is backed up while the server runs, and restored above every revision that was seen', async () => {
    const file = join(dir, 'backup');
    await publish('quay.io');
    await backUp(plane.config, file);
    expect(statSync(file).mode & 0o077).toBe(0);
    await expect(backUp(plane.config, file)).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    await publish('ghcr.io');
    await publish('gcr.io');
    await plane.stopped(async () => {
      const { kept, organizations } = await restore(plane.config, file);
      expect(organizations).toEqual([{ slug: 'acme', revision: 5 }]);
      expect(existsSync(kept ?? '')).toBe(true);
    });
    expect(await inForce()).toEqual([5, ['docker.io', 'quay.io']]);
    const draft = (await plane.owner.get('policy/draft')).body;
    expect([draft.base, draft.changes]).toEqual([5, []]);
    const [entry] = (await plane.owner.get('activity?limit=1')).body.items;
    expect(entry).toMatchObject({
      event: 'server.restored',
      actor: { kind: 'system' },
      after: { revision: 5 },
    });
  });

  it('moves to another machine by its backup, secrets and all', async () => {
    const file = join(dir, 'backup');
    await backUp(plane.config, file);
    const moved = { ...plane.config, dataDir: join(dir, 'moved') };
    await restore(moved, file);
    const secret = (dataDir: string) => readFileSync(join(dataDir, 'secret'), 'utf8');
    expect(secret(moved.dataDir)).toBe(secret(plane.config.dataDir));
    const copy = await startControlPlane({ ...moved, logLevel: 'silent' });
    const answer = await fetch(`${copy.url}/api/v1/session`, {
      headers: { authorization: `Bearer ${plane.token}` },
    });
    expect(answer.status).toBe(200);
    await copy.close();
  });

  it.each([
    ['a missing file', undefined],
    ['a file that is no database', 'not a database, whatever its length may be'.repeat(40)],
  ])('is left alone by %s', async (_what, content) => {
    const file = join(dir, 'bad');
    if (content !== undefined) writeFileSync(file, content);
    await plane.stopped(async () => {
      await expect(restore(plane.config, file)).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    });
    expect(await inForce()).toEqual([1, ['docker.io']]);
  });
});

describe('a server killed while it publishes', () => {
  it('leaves the old revision or the new one, whole, and no lock', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-kill-'));
    const config = parseControlPlaneConfig({ dataDir, listen: '127.0.0.1:0', logLevel: 'silent' });
    const { token } = await setUpOrganization(config, { organization: 'acme' });
    for (const delayMs of [0, 4]) {
      const { child, url } = await startChild(dataDir);
      const exited = once(child, 'exit');
      // The third answer is there, so the fourth publish is under way.
      await publishWithoutEnd(url, token, (answers) => {
        if (answers === 3) setTimeout(() => child.kill('SIGKILL'), delayMs);
      });
      await exited;
      await expectWhole(dataDir);
    }
    rmSync(dataDir, { recursive: true });
  }, 90_000);
});

async function startChild(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, 'run-server.ts');
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: line.toString().trim() };
}

/** Changes the mode again and again until the server is gone. */
async function publishWithoutEnd(
  url: string,
  token: string,
  onAnswer: (answers: number) => void,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const target = `${url}/api/v1/organizations/acme/policy/mode`;
  const modes = ['enforce', 'off', 'observe'];
  try {
    for (let answers = 1; ; answers += 1) {
      const body = JSON.stringify({ mode: modes[answers % modes.length] });
      await fetch(target, { method: 'POST', headers, body });
      onAnswer(answers);
    }
  } catch {
    return;
  }
}

async function expectWhole(dataDir: string): Promise<void> {
  const { db, close } = await openDatabase(dataDir);
  const head = await db.selectFrom('policy_heads').selectAll().executeTakeFirstOrThrow();
  const draft = await db.selectFrom('policy_drafts').selectAll().executeTakeFirstOrThrow();
  const revisions = await db.selectFrom('policy_revisions').select('revision').orderBy('revision').execute();
  const published = await db
    .selectFrom('activity')
    .select('seq')
    .where('event', 'in', ['policy.published', 'policy.mode-changed'])
    .execute();
  await close();
  expect(revisions.map((row) => row.revision)).toEqual(revisions.map((_, at) => at + 1));
  expect([head.revision, draft.base, published.length]).toEqual(Array(3).fill(revisions.length));
}
