/** Tells when something happens where files may appear: in their directories, or in the nearest ones that exist. */

import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

export interface DirectoryWatch {
  /** Watches anew what exists now; a directory that was made or replaced is another one. */
  renew(): void;
  close(): void;
}

/** A system without watches left (`ENOSPC`) keeps the caller's poll. */
export function watchDirectories(files: readonly string[], onEvent: () => void): DirectoryWatch {
  let watches: FSWatcher[] = [];
  const close = (): void => {
    for (const each of watches) each.close();
    watches = [];
  };
  const renew = (): void => {
    close();
    for (const directory of new Set(files.map(toNearest))) {
      try {
        const each = watch(directory, { persistent: false }, onEvent);
        each.on('error', () => each.close());
        watches.push(each);
      } catch {
        // Not readable or gone again: the poll finds out.
      }
    }
  };
  renew();
  return { renew, close };
}

function toNearest(file: string): string {
  let directory = dirname(file);
  while (!existsSync(directory) && dirname(directory) !== directory) directory = dirname(directory);
  return directory;
}
