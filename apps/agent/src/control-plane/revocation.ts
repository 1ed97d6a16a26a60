/**
 * Remembers that the control plane's last word was that this machine is revoked: neither pulling the plug nor a restart without
 * the server takes it back. Leaves what a revoked machine may still do to the decider.
 */

import { readFile, unlink } from 'node:fs/promises';
import { writeDurably } from '../data-dir/write-durably.ts';

export interface Revocation {
  isRevoked(): boolean;
  /** In force at once; the file follows. */
  set(revoked: boolean): void;
  /** Resolves when the file says the same; rejects when it cannot be written. */
  stored(): Promise<void>;
}

/** `machineId`: whoever is enrolled anew has another one, and begins unrevoked. */
export async function loadRevocation(path: string, machineId: string): Promise<Revocation> {
  let revoked = await isRecorded(path, machineId);
  let storing: Promise<void> = Promise.resolve();
  const store = async (): Promise<void> => {
    if (revoked) await writeDurably(path, JSON.stringify({ machineId }));
    else await unlink(path).catch(() => undefined);
  };
  return {
    isRevoked: () => revoked,
    set: (wanted) => {
      if (revoked === wanted) return;
      revoked = wanted;
      storing = storing.catch(() => undefined).then(store);
      // Told by `stored`; until then nobody may be waiting.
      storing.catch(() => undefined);
    },
    stored: () => storing,
  };
}

async function isRecorded(path: string, machineId: string): Promise<boolean> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as { readonly machineId?: unknown } | null;
    return value?.machineId === machineId;
  } catch {
    return false;
  }
}
