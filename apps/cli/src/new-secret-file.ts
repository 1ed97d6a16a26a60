/** A new file for a secret: readable by this person alone, and never in the place of another. */

import { closeSync, fsyncSync, unlinkSync, writeFileSync } from 'node:fs';
import { openNewFile } from './new-file.ts';

export interface NewSecretFile {
  write(text: string): void;
  /** Takes it away when there is nothing to write. */
  discard(): void;
  close(): void;
}

/** Takes the place at once, before anything is spent on what will be written. @throws CliError FILE_UNWRITABLE */
export function createSecretFile(path: string): NewSecretFile {
  const file = openNewFile(path, 0o600);
  return {
    write: (text) => {
      writeFileSync(file, text);
      fsyncSync(file);
    },
    close: () => closeSync(file),
    discard: () => unlinkSync(path),
  };
}
