/** A new file for a secret: readable by this person alone, and never in the place of another. */

import { closeSync, fsyncSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { CliError } from './cli-error.ts';

export interface NewSecretFile {
  write(text: string): void;
  /** Takes it away when there is nothing to write. */
  discard(): void;
  close(): void;
}

/** Takes the place at once, before anything is spent on what will be written. @throws CliError FILE_UNWRITABLE */
export function createSecretFile(path: string): NewSecretFile {
  let file: number;
  try {
    // Exclusive: a link that somebody left there is not followed.
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const hint = code === 'EEXIST' ? 'choose a name that is free' : 'choose a place that you may write to';
    throw new CliError('FILE_UNWRITABLE', `cannot make ${JSON.stringify(path)} (${code})`, { hint, cause });
  }
  return {
    write: (text) => {
      writeFileSync(file, text);
      fsyncSync(file);
    },
    close: () => closeSync(file),
    discard: () => unlinkSync(path),
  };
}
