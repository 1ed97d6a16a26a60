/** Starts what the agent keeps in its data directory, under the directory's lock: key, last good documents, last contact, revocation. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateJwk } from '@pullgate/bundle';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import { type BundleStore, createBundleStore } from '../bundle-store/bundle-store.ts';
import type { AgentConfig } from '../config.ts';
import { loadRevocation, type Revocation } from '../control-plane/revocation.ts';
import { lockDataDir } from '../data-dir/data-dir-lock.ts';
import { loadMachineKey } from '../machine-key/machine-key.ts';
import { type ContactRecord, loadContactRecord } from '../offline-limit/contact-record.ts';
import type { Base } from './base.ts';

/** Loses at most so much of an offline limit to a crash. */
const STORE_CONTACT_MS = 60_000;

export interface AgentState {
  readonly key: PrivateJwk;
  readonly store: BundleStore;
  readonly contacts: ContactRecord;
  readonly revocation: Revocation;
}

/** `onSwap`: what is in force was exchanged. @throws AgentError */
export async function startState(base: Base, onSwap: () => void): Promise<AgentState> {
  await lockDirectories(base);
  const key = await loadMachineKey(base.config.paths.keyFile);
  const store = createStore(base, onSwap);
  await store.load();
  const revocation = await startRevocation(base);
  return { key, store, contacts: await startContactRecord(base, store), revocation };
}

async function lockDirectories({ config, started }: Base): Promise<void> {
  await makeDirectories(config);
  const lock = lockDataDir(config.paths.lockFile);
  started.defer(() => lock.release());
}

async function makeDirectories({ paths }: AgentConfig): Promise<void> {
  try {
    await mkdir(paths.dataDir, { recursive: true, mode: 0o700 });
    await mkdir(paths.runDir, { recursive: true, mode: 0o755 });
  } catch (error) {
    const message = `cannot make the agent's directories (${systemCodeOf(error) ?? 'unknown'})`;
    throw new AgentError('DATA_DIR_UNUSABLE', message, { cause: error });
  }
}

function createStore({ config, clock, log }: Base, onSwap: () => void): BundleStore {
  return createBundleStore({
    dir: config.paths.dataDir,
    organizationId: config.organization.id,
    machineId: config.machine.id,
    recoveryKey: config.recoveryKey,
    fingerprint: config.fingerprint,
    clock,
    log: log.child({ component: 'bundle-store' }),
    onSwap,
  });
}

async function startRevocation({ config, log, started }: Base): Promise<Revocation> {
  const path = join(config.paths.dataDir, 'revoked.json');
  const revocation = await loadRevocation(path, config.machine.id);
  started.defer(() => revocation.stored().catch((err: unknown) => log.warn({ err }, 'revocation not kept')));
  return revocation;
}

async function startContactRecord(
  { config, log, clock, started }: Base,
  store: BundleStore,
): Promise<ContactRecord> {
  const path = join(config.paths.dataDir, 'contact.json');
  const contacts = await loadContactRecord(path, clock, store.takenAt() ?? clock.now());
  const keep = (): Promise<void> =>
    contacts.store().catch((err: unknown) => log.warn({ err }, 'contact not kept'));
  const timer = setInterval(() => void keep(), STORE_CONTACT_MS);
  started.defer(async () => {
    clearInterval(timer);
    await keep();
  });
  return contacts;
}
