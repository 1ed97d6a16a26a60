/** Keeps two agents off one data directory, by a lock that ends with its process, however that ends. */

import { DatabaseSync } from 'node:sqlite';
import { AgentError, systemCodeOf } from '../agent-error.ts';

export interface DataDirLock {
  release(): void;
}

/**
 * Holds an exclusive lock on `path` until released or until the process dies. SQLite's file lock is used since it is
 * the kernel's, works on every platform, and also tells two agents of one process apart; nothing is stored in the file.
 *
 * @throws AgentError `AGENT_RUNNING`, `DATA_DIR_UNUSABLE`.
 */
export function lockDataDir(path: string): DataDirLock {
  const database = openLockFile(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new AgentError('AGENT_RUNNING', 'another agent runs on this data directory', { cause: error });
  }
  return { release: () => database.close() };
}

function openLockFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    const message = `cannot open the lock file (${systemCodeOf(error) ?? 'unknown'})`;
    throw new AgentError('DATA_DIR_UNUSABLE', message, { cause: error });
  }
}
