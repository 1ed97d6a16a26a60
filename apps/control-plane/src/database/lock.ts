/** Lets one process at a time use a data directory. The lock is the operating system's, so no kill leaves it behind. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { quote } from '@pullgate/errors';
import { ControlPlaneError } from '../errors.ts';

export interface DataDirLock {
  release(): void;
}

/**
 * Takes the lock: an exclusive transaction, never committed, on a database of its own.
 * @throws ControlPlaneError DATA_DIR_IN_USE
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const database = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (cause) {
    database.close();
    throw new ControlPlaneError(
      'DATA_DIR_IN_USE',
      `another server uses the data directory ${quote(dataDir)}`,
      {
        cause,
        hint: 'stop that server, or choose another --data-dir',
      },
    );
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}
