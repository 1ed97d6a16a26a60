/**
 * Tells a machine from its clone: beside the key stands a hash of the machine id it was made on. An image of an enrolled
 * machine must not speak with its key (semantics 9). Leaves enrolling the clone to `unattended.ts`.
 */

import { createHash } from 'node:crypto';
import { access, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import type { AgentPaths } from '../config.ts';
import { writeDurably } from '../data-dir/write-durably.ts';

/** Made anew on every machine that was cloned rightly (machine-id(5)); containers and other systems may have none. */
const MACHINE_ID_PATH = '/etc/machine-id';

/** What belongs to the machine that was cloned. */
const KEPT_FILES = [
  'policy.bundle.json',
  'assignment.bundle.json',
  'positions.json',
  'contact.json',
  'revoked.json',
] as const;

/** Called before a key is made here: an image taken a moment later must be told from this machine. */
export async function recordMachineId(paths: AgentPaths, machineIdPath = MACHINE_ID_PATH): Promise<void> {
  const actual = await hashOf(machineIdPath);
  if (actual !== undefined) await writeDurably(toRecordPath(paths), actual, 0o600);
}

/**
 * On a clone that has an enrolment file, puts the other's key and documents aside, so that it enrols itself.
 *
 * @throws AgentError `MACHINE_CLONED` when there is no such file.
 */
export async function checkClone(paths: AgentPaths, machineIdPath = MACHINE_ID_PATH): Promise<void> {
  const recordPath = toRecordPath(paths);
  const actual = await hashOf(machineIdPath);
  if (actual === undefined || !(await isThere(paths.keyFile))) return;
  const recorded = await readFile(recordPath, 'utf8').catch(() => undefined);
  if (recorded === undefined) return await writeDurably(recordPath, actual, 0o600);
  if (recorded === actual) return;
  if (!(await isThere(paths.enrolmentFile)))
    throw new AgentError('MACHINE_CLONED', `the key in ${paths.keyFile} was made on another machine`);
  await putAside(paths);
  await writeDurably(recordPath, actual, 0o600);
}

/**
 * `agent.json` goes first: where this process may not move it (the installed service), all stays for the enrolment that runs as
 * root. The key goes last: a crash before leaves a clone that is found to be one again.
 */
async function putAside({ dataDir, configFile, keyFile }: AgentPaths): Promise<void> {
  const others = KEPT_FILES.map((name) => join(dataDir, name));
  for (const path of [configFile, ...others, keyFile]) {
    await rename(path, `${path}.cloned`).catch((cause: unknown) => {
      if (systemCodeOf(cause) === 'ENOENT') return;
      const message = `${path} was made on another machine, and only root can put it aside`;
      throw new AgentError('MACHINE_CLONED', message, { cause });
    });
  }
}

function toRecordPath({ dataDir }: AgentPaths): string {
  return join(dataDir, 'machine-id-hash');
}

/** Hashed, as machine-id(5) asks: the id itself is not to leave its file. */
async function hashOf(path: string): Promise<string | undefined> {
  const id = (await readFile(path, 'utf8').catch(() => '')).trim();
  return /^[0-9a-f]{32}$/.test(id) ? createHash('sha256').update(`pullgate ${id}`).digest('hex') : undefined;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
