/** Keeps two runs of install apart: systemd runs one whenever the policy changes, while somebody may run another by hand. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { InstallError, toWriteFailed } from './install-error.ts';

/** A run restarts Docker at most, which takes two. */
const WAIT_LIMIT_MS = 150_000;

/** SQLite's result code for a lock that somebody else has. */
const SQLITE_BUSY = 5;

/**
 * Waits for a lock that is the kernel's and ends with its process, however that ends. Nothing is stored in the file.
 * @returns releases it
 * @throws InstallError INSTALL_BUSY, INSTALL_WRITE_FAILED
 */
export function lockInstall(path: string, waitLimitMs = WAIT_LIMIT_MS): () => void {
  const database = openLock(path, waitLimitMs);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!isBusy(cause)) throw toWriteFailed(path, cause);
    throw new InstallError('INSTALL_BUSY', 'another run of agent install is at work on this machine', {
      hint: 'repeat the command when it has ended: systemctl status pullgate-trust',
      cause,
    });
  }
  return () => database.close();
}

function openLock(path: string, waitLimitMs: number): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    return new DatabaseSync(path, { timeout: waitLimitMs });
  } catch (cause) {
    throw toWriteFailed(path, cause);
  }
}

function isBusy(error: unknown): boolean {
  const { errcode = 0 } = error as { readonly errcode?: number };
  return (errcode & 0xff) === SQLITE_BUSY;
}
