/** A new file: never in the place of another, and no link that somebody left there is followed. */

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { CliError } from './cli-error.ts';

/** Takes the place at once. @throws CliError FILE_UNWRITABLE */
export function openNewFile(path: string, mode: number): number {
  try {
    // Exclusive: a link that somebody left there is not followed.
    return openSync(path, 'wx', mode);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const hint = code === 'EEXIST' ? 'choose a name that is free' : 'choose a place that you may write to';
    throw new CliError('FILE_UNWRITABLE', `cannot make ${JSON.stringify(path)} (${code})`, { hint, cause });
  }
}

/** For everybody to read. @throws CliError FILE_UNWRITABLE */
export function writeNewFile(path: string, text: string): void {
  const file = openNewFile(path, 0o644);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
