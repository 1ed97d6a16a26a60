/** Reads the files that enrol a machine, and takes them away after use. They hold a token or a private key. */

import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { MAX_BUNDLE_BYTES } from '@pullgate/bundle';
import { AgentError, systemCodeOf } from '../agent-error.ts';

/** Two signed documents and what is around them. */
const MAX_FILE_BYTES = 2 * MAX_BUNDLE_BYTES + 64 * 1024;

/** Undefined when there is none. @throws AgentError `ENROLMENT_FILE_UNUSABLE`; nothing of the content is in a message. */
export async function readSecretJson(path: string): Promise<unknown> {
  let file: FileHandle | undefined;
  try {
    // Neither a link, which somebody else may aim, nor a pipe that would keep the service waiting.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    await checkOwn(file, path);
    return JSON.parse(await file.readFile('utf8'));
  } catch (error) {
    if (error instanceof AgentError) throw error;
    const code = systemCodeOf(error);
    if (code === 'ENOENT') return undefined;
    throw code === 'ELOOP'
      ? notOwn(path)
      : new AgentError('ENROLMENT_FILE_UNUSABLE', `cannot read ${path} as JSON`);
  } finally {
    await file?.close();
  }
}

/** Whoever else could write it would choose the organization that this machine obeys; whoever reads it has the secret. */
async function checkOwn(file: FileHandle, path: string): Promise<void> {
  const found = await file.stat();
  const isOwn = found.uid === 0 || found.uid === process.getuid?.();
  if (!found.isFile() || !isOwn || (found.mode & 0o077) !== 0 || found.size > MAX_FILE_BYTES)
    throw notOwn(path);
}

const notOwn = (path: string): AgentError =>
  new AgentError('ENROLMENT_FILE_UNUSABLE', `expected ${path} to be a file of root with mode 0600`);

/** Overwrites before it removes: on most disks that leaves no key in free blocks; a journal or a flash chip may keep a copy. */
export async function discardSecretFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await unlink(path);
}
