import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyFingerprint } from '@pullgate/bundle';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toAgentPaths } from '../src/config.ts';
import { checkClone } from '../src/enrolment/cloned-machine.ts';
import { enrolByFile } from '../src/enrolment/enrol-by-file.ts';
import { enrolUnattended, loadEnrolmentFile } from '../src/enrolment/unattended.ts';
import { ENROLLMENT_TOKEN, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const log = pino({ level: 'silent' });
const retry = { baseMs: 10, maxMs: 50 };

async function setUp(port = 0) {
  const dataDir = await makeTemporaryDirectory();
  const paths = toAgentPaths(dataDir);
  const plane = await startSmallControlPlane(port);
  onTestFinished(() => plane.stop());
  const file = {
    server: plane.url,
    token: ENROLLMENT_TOKEN,
    fingerprint: await keyFingerprint(plane.recoveryKey),
  };
  const leave = async (changes: object = {}) => {
    await writeFile(paths.enrolmentFile, JSON.stringify({ ...file, ...changes }), { mode: 0o600 });
  };
  return { dataDir, paths, plane, leave, options: { paths, dataDir, log, retry } };
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('enrolUnattended', () => {
  it('enrols once, and leaves no token behind', async () => {
    const { paths, leave, options, plane } = await setUp();
    await enrolUnattended(options);
    expect(await exists(paths.configFile)).toBe(false);
    await leave();
    await enrolUnattended(options);
    expect(await exists(paths.enrolmentFile)).toBe(false);
    expect(await readFile(paths.configFile, 'utf8')).not.toContain(ENROLLMENT_TOKEN);
    await leave();
    await enrolUnattended(options);
    expect(plane.calls).toEqual(['POST /agent/v1/enroll 201']);
  });

  it('waits for the network, and stops waiting when told', async () => {
    const { paths, leave, options, plane } = await setUp();
    await leave();
    await plane.stop();
    const stopping = new AbortController();
    const waiting = enrolUnattended({ ...options, signal: stopping.signal });
    stopping.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    const again = enrolUnattended(options);
    const later = await startSmallControlPlane(Number(new URL(plane.url).port));
    onTestFinished(() => later.stop());
    // Another organization answers there now: its key is not the one that the file names.
    await expect(again).rejects.toMatchObject({ code: 'SERVER_ANSWER_INVALID' });
    expect(await exists(paths.configFile)).toBe(false);
    await leave({ fingerprint: await keyFingerprint(later.recoveryKey) });
    await enrolUnattended(options);
    await until(() => later.calls.includes('POST /agent/v1/enroll 201'));
  });

  it('waits for a server that is ill', async () => {
    const { paths, leave, options, plane } = await setUp();
    await leave();
    plane.failures.set('/agent/v1/enroll', 503);
    const enrolling = enrolUnattended(options);
    await until(() => plane.calls.includes('POST /agent/v1/enroll 503'));
    plane.failures.clear();
    await enrolling;
    expect(await exists(paths.configFile)).toBe(true);
  });

  it.each([
    ['others may read it', async (path: string) => chmod(path, 0o644)],
    ['it is no JSON', async (path: string) => writeFile(path, '{')],
    ['it lacks the fingerprint', async (path: string) => writeFile(path, '{"server":"x","token":"secret"}')],
  ])('refuses the file when %s', async (_name, spoil) => {
    const { paths, leave, options } = await setUp();
    await leave();
    await spoil(paths.enrolmentFile);
    const refused = await enrolUnattended(options).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ENROLMENT_FILE_UNUSABLE' });
    expect(String(refused)).not.toContain('secret');
  });

  it('refuses a link, and a directory', async () => {
    const { paths, dataDir } = await setUp();
    await symlink('/dev/null', paths.enrolmentFile);
    const code = 'ENROLMENT_FILE_UNUSABLE';
    await expect(loadEnrolmentFile(paths.enrolmentFile)).rejects.toMatchObject({ code });
    const folder = join(dataDir, 'folder');
    await mkdir(folder, { mode: 0o700 });
    await expect(loadEnrolmentFile(folder)).rejects.toMatchObject({ code });
  });
});

describe('a clone', () => {
  async function enrolled() {
    const scene = await setUp();
    await scene.leave();
    const machineId = join(scene.dataDir, 'machine-id');
    await writeFile(machineId, `${'a'.repeat(32)}\n`);
    const options = { ...scene.options, machineIdPath: machineId };
    await enrolUnattended(options);
    const clone = () => writeFile(machineId, `${'b'.repeat(32)}\n`);
    return { ...scene, options, machineId, clone };
  }

  it('is found by an agent that was enrolled and never started', async () => {
    const { paths, machineId, clone } = await enrolled();
    await checkClone(paths, machineId);
    await clone();
    await expect(checkClone(paths, machineId)).rejects.toMatchObject({ code: 'MACHINE_CLONED' });
  });

  it('does not speak with the key of the other', async () => {
    const { paths, machineId, clone } = await enrolled();
    await clone();
    for (let time = 0; time < 2; time += 1)
      await expect(checkClone(paths, machineId)).rejects.toMatchObject({ code: 'MACHINE_CLONED' });
  });

  it('enrols itself where an enrolment file was left, with a key of its own', async () => {
    const { paths, machineId, clone, leave, options } = await enrolled();
    const key = await readFile(paths.keyFile, 'utf8');
    await leave({ keep: true });
    await clone();
    await checkClone(paths, machineId);
    await enrolUnattended(options);
    expect(await readFile(paths.keyFile, 'utf8')).not.toBe(key);
    expect(await readFile(paths.configFile, 'utf8')).toContain('"id": "m2"');
    expect(await exists(paths.enrolmentFile)).toBe(true);
    await checkClone(paths, machineId);
  });

  it('is left as it is by an agent that may not move agent.json', async () => {
    const { paths, dataDir, machineId, clone, leave } = await enrolled();
    await leave({ keep: true });
    await clone();
    // What the installed service sees: its own directory is its own, that of agent.json is not.
    const configFile = join(paths.keyFile, 'agent.json');
    for (let time = 0; time < 2; time += 1)
      await expect(checkClone({ ...paths, configFile }, machineId)).rejects.toMatchObject({
        code: 'MACHINE_CLONED',
      });
    await enrolByFile({ dataDir, log, machineIdPath: machineId });
    expect(await readFile(paths.configFile, 'utf8')).toContain('"id": "m2"');
  });

  it.skipIf(process.getuid?.() !== 0)('gives what root enrols to the account of the agent', async () => {
    const { paths, dataDir, machineId, clone, leave } = await enrolled();
    await leave({ keep: true });
    await clone();
    await chown(dataDir, 4321, 4321);
    await enrolByFile({ dataDir, log, machineIdPath: machineId });
    expect(await stat(paths.keyFile)).toMatchObject({ uid: 4321, gid: 4321 });
  });

  it('cannot be told where the machine has no id', async () => {
    const { paths, machineId } = await enrolled();
    await writeFile(machineId, 'uninitialized\n');
    await checkClone(paths, machineId);
  });
});
