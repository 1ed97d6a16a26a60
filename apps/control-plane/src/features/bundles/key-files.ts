/** Private keys as files below `<dataDir>/keys`: written once with mode 0600, read back checked. Leaves making keys to its callers. */

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type PrivateJwk, toPublicJwk } from '@pullgate/bundle';
import { quote } from '@pullgate/errors';
import { ControlPlaneError } from '../../errors.ts';

const keysDir = (dataDir: string): string => join(dataDir, 'keys');

/**
 * Keeps the key that the file holds already; otherwise writes `fresh`. A recovery key that was overwritten would be lost
 * for good, and with it the trust of every machine.
 */
export function keepKeyFile(dataDir: string, name: string, fresh: PrivateJwk): PrivateJwk {
  mkdirSync(keysDir(dataDir), { recursive: true, mode: 0o700 });
  try {
    const file = openSync(join(keysDir(dataDir), name), 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(fresh)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return loadKeyFile(dataDir, name);
  }
}

/** @throws ControlPlaneError KEYS_MISSING when the file is absent or holds no private key. */
export function loadKeyFile(dataDir: string, name: string): PrivateJwk {
  const path = join(keysDir(dataDir), name);
  try {
    const key = JSON.parse(readFileSync(path, 'utf8')) as { readonly d?: unknown };
    if (typeof key.d !== 'string') throw new TypeError('no private half');
    return { ...toPublicJwk(key), d: key.d };
  } catch (error) {
    // The cause of a JSON error quotes the file, which may hold a key: only the kind of failure is passed on.
    const reason = (error as NodeJS.ErrnoException).code ?? 'not a private key';
    throw new ControlPlaneError('KEYS_MISSING', `cannot use the key file ${quote(path)}: ${reason}`, {
      hint: 'restore the file from a backup of the data directory',
    });
  }
}
