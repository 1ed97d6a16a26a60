/**
 * Reads a file that only the administrator can have written. Somebody without rights could otherwise put one where an
 * administrator would, and choose what the machine demands.
 */

import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MAX_SIGN_IN_FILE_BYTES } from '@pullgate/required-sign-in';
import { systemCodeOf } from '../agent-error.ts';

export type TrustedFile = { readonly bytes: Uint8Array } | { readonly problem: string };

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Below another root than `/`, which only `agent.json` can name, the agent's own account counts as administrator as well:
 * that is what tests and namespaces have.
 */
export function toTrustedUids(root: string): readonly number[] {
  const own = process.getuid?.();
  return root === '/' || own === undefined ? [0] : [0, own];
}

/** Undefined: there is none. At most one byte more than is accepted is read. */
export async function readTrustedFile(
  path: string,
  trustedUids: readonly number[],
): Promise<TrustedFile | undefined> {
  let file: FileHandle | undefined;
  try {
    // A pipe put there would otherwise hold the agent until somebody writes to it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const problem = await findProblem(file, path, trustedUids);
    return problem === undefined ? { bytes: await readBounded(file) } : { problem };
  } catch (error) {
    const code = systemCodeOf(error) ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const way = code === 'EACCES' ? '; make it readable: chmod 0644, and 0755 for its directories' : '';
    return { problem: `${path}: cannot be read (${code})${way}` };
  } finally {
    await file?.close();
  }
}

async function findProblem(
  file: FileHandle,
  path: string,
  trustedUids: readonly number[],
): Promise<string | undefined> {
  const found = await file.stat();
  if (!found.isFile()) return `${path}: expected a file`;
  const directory = dirname(path);
  const around = await stat(directory);
  const mend = (what: string, mode: string): string =>
    `mend: chown root:root ${what} && chmod ${mode} ${what}`;
  if (!trustedUids.includes(found.uid))
    return `${path}: belongs to uid ${found.uid}, expected root, since anybody could have put it there; ${mend(path, '0644')}`;
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0)
    return `${path}: others may write it (mode ${toOctal(found.mode)}), so anybody could change it; ${mend(path, '0644')}`;
  const isOpen = (around.mode & WRITABLE_BY_OTHERS) !== 0 && (around.mode & STICKY) === 0;
  if (!trustedUids.includes(around.uid) || isOpen)
    return `${directory}: others may write it, so anybody could replace ${path}; ${mend(directory, '0755')}`;
  return undefined;
}

const toOctal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

async function readBounded(file: FileHandle): Promise<Uint8Array> {
  const buffer = Buffer.alloc(MAX_SIGN_IN_FILE_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
