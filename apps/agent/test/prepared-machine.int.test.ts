import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPair } from '@pullgate/bundle';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toAgentPaths } from '../src/config.ts';
import { checkClone } from '../src/enrolment/cloned-machine.ts';
import { enrolByFile } from '../src/enrolment/enrol-by-file.ts';
import {
  askAgent,
  discardSecretFile,
  installPrepared,
  loadAgentConfig,
  loadPrepared,
  type PreparedMachine,
  prepareMachine,
  startAgent,
} from '../src/index.ts';
import { openTunnel } from './proxy-harness.ts';
import { ENROLLMENT_TOKEN, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory } from './temporary.ts';

const log = pino({ level: 'silent' });
const DAY_MS = 24 * 3600_000;

async function startPlane(port = 0) {
  const plane = await startSmallControlPlane(port);
  onTestFinished(() => plane.stop().catch(() => undefined));
  await plane.publish();
  await plane.assign({});
  return plane;
}

/** A machine prepared by a control plane that is gone when it is carried away. */
async function prepare() {
  const plane = await startPlane();
  const options = { server: plane.url, token: ENROLLMENT_TOKEN, name: 'vault-1', lifeMs: DAY_MS };
  const file = await prepareMachine(options);
  return { plane, file };
}

async function makePlace() {
  const dataDir = await makeTemporaryDirectory();
  const machineIdPath = join(dataDir, 'machine-id');
  await writeFile(machineIdPath, `${'a'.repeat(32)}\n`);
  return { dataDir, machineIdPath, paths: toAgentPaths(dataDir) };
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

describe('a prepared machine', () => {
  it('judges and denies without ever having had network', async () => {
    const { plane, file } = await prepare();
    await plane.stop();
    const { paths, ...where } = await makePlace();
    const installed = await installPrepared(file, where);
    expect(installed).toMatchObject({ machineId: 'm1', revision: 1 });
    const agent = await startAgent(await loadAgentConfig(paths, { proxyListen: '127.0.0.1:0' }), {
      log,
      timings: { heartbeatMs: 200, pollMs: 150, reconnectBaseMs: 20, reconnectMaxMs: 100 },
    });
    onTestFinished(() => agent.stop());
    expect(agent.status()).toMatchObject({ policy: { revision: 1 } });
    const answer = await askAgent(paths.agentSocket, 'POST', '/v1/check', { reference: 'evil.test/a:1' });
    expect(answer).toMatchObject({ status: 200, body: { verdict: 'deny' } });
    const port = Number(/:(\d+)/.exec(agent.status().points[0]?.detail ?? '')?.[1]);
    await expect(openTunnel(port, 'evil.test:443')).rejects.toThrow(/403/);
    expect(plane.heartbeats).toEqual([]);
  });

  it('is installed once: the file is gone, the key is here, and only here', async () => {
    const { file } = await prepare();
    const { dataDir, machineIdPath, paths } = await makePlace();
    const path = join(dataDir, 'carried.json');
    await writeFile(path, JSON.stringify(file), { mode: 0o600 });
    await installPrepared(await loadPrepared(path), { dataDir, machineIdPath });
    await discardSecretFile(path);
    expect(await exists(path)).toBe(false);
    expect((await stat(paths.keyFile)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(paths.keyFile, 'utf8'))).toEqual(file.key);
    expect(await readFile(paths.configFile, 'utf8')).not.toContain(file.key.d);
    expect(await codeOf(installPrepared(file, { dataDir, machineIdPath }))).toBe('ALREADY_ENROLLED');
    await writeFile(machineIdPath, `${'b'.repeat(32)}\n`);
    expect(await codeOf(checkClone(paths, machineIdPath))).toBe('MACHINE_CLONED');
  });

  it('is taken as enrolment.json, which never stays', async () => {
    const { plane, file } = await prepare();
    await plane.stop();
    const { paths, ...where } = await makePlace();
    await writeFile(paths.enrolmentFile, JSON.stringify(file), { mode: 0o600 });
    await enrolByFile({ ...where, log });
    expect(await exists(paths.enrolmentFile)).toBe(false);
    expect((await loadAgentConfig(paths)).machine).toEqual({ id: 'm1', name: 'vault-1' });
  });

  it('begins with the assignment of its own, whatever this machine was told under another name', async () => {
    const { file } = await prepare();
    const { paths, ...where } = await makePlace();
    const assignment = { epoch: 1, revision: 9, issuedAt: Date.now() + DAY_MS };
    const positions = { fingerprint: file.config.fingerprint, assignment };
    await writeFile(join(paths.dataDir, 'positions.json'), JSON.stringify(positions));
    await installPrepared(file, where);
    const kept = JSON.parse(await readFile(join(paths.dataDir, 'positions.json'), 'utf8'));
    expect(kept).toMatchObject({ policy: { revision: 1 }, assignment: { revision: 1 } });
  });

  it('counts the offline limit from the signed time, whatever the file says', async () => {
    const { file } = await prepare();
    const { paths: _, ...where } = await makePlace();
    const before = Date.now();
    const { heardAt } = await installPrepared({ ...file, madeAt: before + 100 * DAY_MS }, where);
    expect(heardAt).toBeLessThanOrEqual(before + 6 * 3600_000);
  });
});

describe('a file that is not to be trusted', () => {
  const flip = (jws: string) => {
    const at = jws.lastIndexOf('.') + 10;
    return `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
  };
  const spoiled: readonly [string, string, (file: PreparedMachine) => unknown][] = [
    ['a list', 'ENROLMENT_FILE_UNUSABLE', () => []],
    ['null', 'ENROLMENT_FILE_UNUSABLE', () => null],
    ['a number for a policy', 'ENROLMENT_FILE_UNUSABLE', (file) => ({ ...file, policy: 7 })],
    ['a key too many', 'ENROLMENT_FILE_UNUSABLE', (file) => ({ ...file, more: 1 })],
    [
      'settings of the machine',
      'ENROLMENT_FILE_UNUSABLE',
      (file) => ({ ...file, config: { ...file.config, signInRoot: '/tmp' } }),
    ],
    ['another version', 'ENROLMENT_FILE_UNUSABLE', (file) => ({ ...file, version: 2 })],
    ['an end in the past', 'ENROLMENT_FILE_UNUSABLE', (file) => ({ ...file, expiresAt: 1 })],
    [
      'the private key of another',
      'ENROLMENT_FILE_UNUSABLE',
      (file) => ({ ...file, key: { ...generateKeyPair().privateKey, x: file.key.x } }),
    ],
    [
      'another fingerprint',
      'CONFIG_INVALID',
      (file) => ({ ...file, config: { ...file.config, fingerprint: 'x' } }),
    ],
    [
      'plain HTTP to a server beyond loopback',
      'CONFIG_INVALID',
      (file) => ({ ...file, config: { ...file.config, server: 'http://pullgate.test' } }),
    ],
    [
      'a damaged policy',
      'SIGNATURE_INVALID',
      (file) => ({ ...file, policy: { ...file.policy, payload: flip(file.policy.payload) } }),
    ],
    [
      'a damaged assignment',
      'SIGNATURE_INVALID',
      (file) => ({ ...file, assignment: { ...file.assignment, payload: flip(file.assignment.payload) } }),
    ],
    ['the two exchanged', 'MALFORMED', (file) => ({ ...file, policy: file.assignment })],
    [
      'the assignment of another machine',
      'FOREIGN_MACHINE',
      (file) => ({ ...file, config: { ...file.config, machine: { id: 'm2', name: 'x' } } }),
    ],
    [
      'another organization',
      'FOREIGN_ORGANIZATION',
      (file) => ({ ...file, config: { ...file.config, organization: { id: 'o2', slug: 'o', name: 'O' } } }),
    ],
  ];

  it('is refused whatever is wrong with it, and nothing is installed', async () => {
    const { file } = await prepare();
    for (const [name, code, spoil] of spoiled) {
      const { dataDir, machineIdPath, paths } = await makePlace();
      const path = join(dataDir, 'carried.json');
      await writeFile(path, JSON.stringify(spoil(file)), { mode: 0o600 });
      const installing = loadPrepared(path).then((loaded) =>
        installPrepared(loaded, { dataDir, machineIdPath }),
      );
      expect([name, await codeOf(installing)]).toEqual([name, code]);
      expect([await exists(paths.configFile), await exists(paths.keyFile)]).toEqual([false, false]);
    }
  });

  it('is refused with the bundles of another organization', async () => {
    const { file } = await prepare();
    const { file: other } = await prepare();
    const { paths: _, ...where } = await makePlace();
    const mixed = { ...file, policy: other.policy, assignment: other.assignment };
    expect(await codeOf(installPrepared(mixed, where))).toBe('KEY_UNKNOWN');
  });

  it('is refused when this machine has had a newer policy', async () => {
    const { file } = await prepare();
    const { paths, ...where } = await makePlace();
    const positions = {
      fingerprint: file.config.fingerprint,
      policy: { epoch: 1, revision: 2, issuedAt: Date.now() },
    };
    await writeFile(join(paths.dataDir, 'positions.json'), JSON.stringify(positions));
    expect(await codeOf(installPrepared(file, where))).toBe('REVISION_OLD');
  });

  it.each([
    ['it is there', async () => undefined],
    ['it is its own', async (path: string) => symlink('/dev/null', path)],
    [
      'others cannot read it',
      async (path: string) => {
        await writeFile(path, '{}');
        await chmod(path, 0o640);
      },
    ],
    ['it is JSON', async (path: string) => writeFile(path, '{', { mode: 0o600 })],
  ])('is refused unless %s', async (_name, place) => {
    const path = join(await makeTemporaryDirectory(), 'carried.json');
    await place(path);
    expect(await codeOf(loadPrepared(path))).toBe('ENROLMENT_FILE_UNUSABLE');
  });
});
