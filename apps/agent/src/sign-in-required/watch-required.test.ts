import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequiredSignIn, RequiredSignInSource } from './required.ts';
import { watchRequiredSignIn } from './watch-required.ts';

const OURS = '/etc/pullgate/registry.json';
const DOCKER = '/usr/share/docker-desktop/registry/registry.json';
const SETTINGS = '/usr/share/docker-desktop/admin-settings.json';
const isRoot = process.getuid?.() === 0;

let root = '';
let source: RequiredSignInSource | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pullgate-required-'));
});
afterEach(async () => {
  await source?.stop();
  source = undefined;
  rmSync(root, { recursive: true, force: true });
});

const at = (path: string): string => join(root, path);
const put = (path: string, content: string, mode = 0o644): void => {
  mkdirSync(dirname(at(path)), { recursive: true, mode: 0o755 });
  writeFileSync(at(path), content);
  chmodSync(at(path), mode);
};
const registry = (...allowedOrgs: string[]): string => JSON.stringify({ allowedOrgs });

async function start(pollMs?: number): Promise<RequiredSignInSource> {
  source = await watchRequiredSignIn({
    organization: 'acme',
    log: pino({ level: 'silent' }),
    root,
    ...(pollMs === undefined ? {} : { pollMs }),
  });
  return source;
}

/** The next state that fits; the test's own time limit ends the wait. */
async function settles(fits: (required: RequiredSignIn) => boolean): Promise<RequiredSignIn> {
  const watched = source;
  if (watched === undefined) throw new Error('not started');
  if (fits(watched.current())) return watched.current();
  const { promise, resolve } = Promise.withResolvers<RequiredSignIn>();
  const end = watched.onChange((required) => {
    if (fits(required)) resolve(required);
  });
  return await promise.finally(end);
}
const requires = (...organizations: string[]) =>
  settles(({ allowedOrgs }) => allowedOrgs.join() === organizations.join());
const ends = () => settles(({ mechanism }) => mechanism === 'none');

describe('what is there at the start', () => {
  it('is not enforced without a file', async () => {
    expect((await start()).current()).toEqual({ mechanism: 'none', allowedOrgs: [] });
  });

  it('takes our own place first, then registry.json at the other one, then a mere presence', async () => {
    put(SETTINGS, '{}');
    expect((await start()).current()).toEqual({
      mechanism: 'admin-settings.json',
      place: SETTINGS,
      allowedOrgs: ['acme'],
    });
    put(DOCKER, registry('beta'));
    await requires('beta');
    put(OURS, registry('acme', 'beta'));
    expect(await requires('acme', 'beta')).toMatchObject({ mechanism: 'registry.json', place: OURS });
  });

  it('is closed when the first one is broken, whatever stands behind it', async () => {
    put(DOCKER, registry('beta'));
    put(OURS, '{"allowedOrgs":["Acme"]}');
    const { mechanism, place, allowedOrgs, problem } = (await start()).current();
    expect({ mechanism, place, allowedOrgs }).toEqual({
      mechanism: 'registry.json',
      place: OURS,
      allowedOrgs: [],
    });
    expect(problem).toContain(`${OURS}: allowedOrgs[0]`);
  });
});

describe('a change', () => {
  it('is seen when a missing directory is made, and when it is taken away with its file', async () => {
    await start();
    put(OURS, registry('acme'));
    await requires('acme');
    rmSync(at('/etc'), { recursive: true });
    await ends();
    put(OURS, registry('beta'));
    await requires('beta');
  });

  it('is seen when a file is replaced in one step, rewritten, and deleted', async () => {
    put(OURS, registry('acme'));
    await start();
    put(`${OURS}.new`, registry('beta'));
    renameSync(at(`${OURS}.new`), at(OURS));
    await requires('beta');
    put(OURS, registry('gamma'));
    await requires('gamma');
    rmSync(at(OURS));
    await ends();
  });

  it('is seen when a broken file is mended, and when a good one is broken', async () => {
    put(OURS, '{');
    await start();
    put(OURS, registry('acme'));
    await requires('acme');
    put(OURS, registry('acme;beta'));
    expect((await settles(({ problem }) => problem !== undefined)).allowedOrgs).toEqual([]);
  });

  it('behind a link is found by the poll', async () => {
    put('/elsewhere/registry.json', registry('acme'));
    mkdirSync(dirname(at(OURS)), { recursive: true });
    symlinkSync(at('/elsewhere/registry.json'), at(OURS));
    await start(20);
    put('/elsewhere/registry.json', registry('beta'));
    await requires('beta');
  });

  it('is told to nobody after the end', async () => {
    const watched = await start();
    let heard = 0;
    watched.onChange(() => {
      heard += 1;
    });
    await watched.stop();
    put(OURS, registry('acme'));
    const second = await start();
    expect(second.current().allowedOrgs).toEqual(['acme']);
    expect(heard).toBe(0);
  });
});

describe('a file that somebody without rights could have put there', () => {
  it.each([
    ['that others may write', () => chmodSync(at(OURS), 0o666), 'chmod 0644'],
    ['that its group may write', () => chmodSync(at(OURS), 0o664), 'chmod 0644'],
    ['in a directory that others may write', () => chmodSync(dirname(at(OURS)), 0o777), 'chmod 0755'],
  ])('%s is in force and satisfied by nobody', async (_name, spoil, way) => {
    put(OURS, registry('acme'));
    spoil();
    const { mechanism, allowedOrgs, problem } = (await start()).current();
    expect([mechanism, allowedOrgs]).toEqual(['registry.json', []]);
    expect(problem).toContain('anybody could');
    expect(problem).toContain(way);
  });

  it.runIf(isRoot)('of another owner is named with that owner (skipped without root)', async () => {
    put(OURS, registry('acme'));
    chownSync(at(OURS), 1000, 1000);
    const { allowedOrgs, problem } = (await start()).current();
    expect(allowedOrgs).toEqual([]);
    expect(problem).toContain('uid 1000');
  });

  it('is not waited for when it is a pipe, and not read when it is a directory', async () => {
    mkdirSync(dirname(at(OURS)), { recursive: true });
    execFileSync('mkfifo', [at(OURS)]);
    expect((await start()).current().problem).toContain('expected a file');
    await source?.stop();
    rmSync(at(OURS));
    mkdirSync(at(OURS));
    expect((await start()).current().problem).toContain(OURS);
    expect(existsSync(at(OURS))).toBe(true);
  });

  it('is read no further than it may be long', async () => {
    put(OURS, `${registry('acme')}${' '.repeat(200_000)}`);
    expect((await start()).current().problem).toContain('65536');
  });
});
