/** Mechanisms on Linux: files alone. */

import { join } from 'node:path';
import type { Mechanism } from '@pullgate/required-sign-in';
import type { Mechanisms } from './mechanisms-seam.ts';
import { readTrustedFile, toTrustedUids } from './trusted-file.ts';

export function createLinuxMechanisms(root: string, all: readonly Mechanism[]): Mechanisms {
  const trusted = toTrustedUids(root);
  return {
    all,
    files: all.map(({ place }) => join(root, place)),
    read: async (mechanism) => {
      const file = await readTrustedFile(join(root, mechanism.place), trusted);
      return file === undefined ? undefined : { mechanism, ...file };
    },
  };
}
