/** Replaces a file so that a crash at any moment leaves the old or the new one, whole. */

import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes beside the target, syncs, renames over it, and syncs the directory: after this returns, power may fail. */
export async function writeDurably(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeSynced(temporary, text, mode);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

async function writeSynced(path: string, text: string, mode: number): Promise<void> {
  // A left-over of an earlier crash may have another mode; a key must never be written into it.
  await unlink(path).catch(() => undefined);
  const file = await open(path, 'wx', mode);
  try {
    await giveToOwnerOf(dirname(path), file);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What root writes for the agent, whose account has its directory, must be readable to the agent. */
async function giveToOwnerOf(directory: string, file: FileHandle): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(directory);
  if (uid !== 0) await file.chown(uid, gid);
}

/** Makes a rename or a new file survive power loss. Windows has no such call, and does not need it. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
