/** Makes, keeps and loads the machine's own Ed25519 key. The private half never leaves the machine; that of a machine without network comes with its prepared file. */

import { readFile } from 'node:fs/promises';
import { generateKeyPair, type PrivateJwk, toPublicJwk } from '@pullgate/bundle';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import { writeDurably } from '../data-dir/write-durably.ts';

/** Makes a key and keeps it, readable by its owner alone. Replaces one that is there. */
export async function createMachineKey(path: string): Promise<PrivateJwk> {
  const { privateKey } = generateKeyPair();
  await keepMachineKey(path, privateKey);
  return privateKey;
}

/** Keeps one that was made elsewhere for this machine alone. */
export async function keepMachineKey(path: string, key: PrivateJwk): Promise<void> {
  await writeDurably(path, `${JSON.stringify(key)}\n`, 0o600);
}

/** @throws AgentError `KEY_UNUSABLE`; the content of the file is in no message. */
export async function loadMachineKey(path: string): Promise<PrivateJwk> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const { d } = value as { d?: unknown };
    if (typeof d !== 'string') throw new Error('d is missing');
    return { ...toPublicJwk(value), d };
  } catch (error) {
    const why = systemCodeOf(error) === 'ENOENT' ? 'is missing' : 'cannot be read as an Ed25519 key';
    throw new AgentError('KEY_UNUSABLE', `the machine's key file ${why}`);
  }
}
