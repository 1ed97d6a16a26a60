/** Makes this machine a member by a file, without any contact: leaves what an enrolment and a first contact would have left. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignedBundle } from '@pullgate/bundle';
import { createBundleFiles } from '../bundle-store/bundle-files.ts';
import { type AgentPaths, toAgentPaths } from '../config.ts';
import { keepMachineKey } from '../machine-key/machine-key.ts';
import { recordMachineId } from './cloned-machine.ts';
import { makeDirectories } from './make-directories.ts';
import { type EnrolledMachine, pinOrganization } from './pin-organization.ts';
import { type PreparedMachine, parsePrepared, unusable, verifyPrepared } from './prepared-machine.ts';
import { readSecretJson } from './secret-file.ts';

/** The server signs an unchanged policy again every 6 h, so that no file that it answered is older than this. */
const SIGNED_AGAIN_MS = 6 * 3600_000;

export interface InstallPreparedOptions {
  /** Puts every file below one directory; absent: the places of an installed agent. */
  readonly dataDir?: string;
  /** The system's own unless given. */
  readonly machineIdPath?: string;
}

export interface InstalledMachine extends EnrolledMachine {
  readonly revision: number;
  /** From when the organization's offline limit counts. */
  readonly heardAt: number;
}

/** @throws AgentError `ENROLMENT_FILE_UNUSABLE` */
export async function loadPrepared(path: string): Promise<PreparedMachine> {
  const value = await readSecretJson(path);
  if (value === undefined) throw unusable(`there is no ${path}`);
  return parsePrepared(value, path);
}

/** @throws AgentError `ALREADY_ENROLLED`, `DATA_DIR_UNUSABLE`, and what {@link verifyPrepared} throws: then nothing is installed. */
export async function installPrepared(
  file: PreparedMachine,
  options: InstallPreparedOptions = {},
): Promise<InstalledMachine> {
  const paths = toAgentPaths(options.dataDir);
  await makeDirectories(paths);
  if (file.expiresAt <= Date.now())
    throw unusable(`the file was good until ${new Date(file.expiresAt).toISOString()}`);
  const bundles = createBundleFiles(paths.dataDir, file.config.fingerprint);
  const held = await bundles.loadPositions();
  const { policy, assignment } = await verifyPrepared(file, held.policy);
  // Not signed, so that it is believed within the bounds of what is: an old policy is not made fresh by an edited file.
  const heardAt = Math.min(file.madeAt, policy.position.issuedAt + SIGNED_AGAIN_MS);
  await recordMachineId(paths, options.machineIdPath);
  await keepMachineKey(paths.keyFile, file.key);
  const toStored = ({ keys, payload }: SignedBundle) => ({ takenAt: heardAt, keys, payload });
  await bundles.store('policy', toStored(file.policy));
  await bundles.store('assignment', toStored(file.assignment));
  await bundles.storePositions({ policy: policy.position, assignment });
  await forgetContact(paths);
  const enrolled = await pinOrganization(paths, file.config);
  return { ...enrolled, revision: policy.position.revision, heardAt };
}

/** Of an earlier enrolment. Without it the agent counts from when the policy was taken. */
async function forgetContact({ dataDir }: AgentPaths): Promise<void> {
  await rm(join(dataDir, 'contact.json'), { force: true });
}
