/** Mechanisms on macOS: files, of which property lists are turned into XML by the system's own `plutil`. */

import { join } from 'node:path';
import type { Mechanism } from '@pullgate/required-sign-in';
import type { Mechanisms } from './mechanisms-seam.ts';
import { runReader } from './run-reader.ts';
import { readTrustedFile, toTrustedUids } from './trusted-file.ts';

export type RunReader = typeof runReader;

/** A profile that was installed for the computer stands below /Library/Managed Preferences, where root alone writes. */
export function createDarwinMechanisms(
  root: string,
  all: readonly Mechanism[],
  run: RunReader = runReader,
): Mechanisms {
  const trusted = toTrustedUids(root);
  return {
    all,
    files: all.map(({ place }) => join(root, place)),
    read: async (mechanism) => {
      const path = join(root, mechanism.place);
      const file = await readTrustedFile(path, trusted);
      if (file === undefined || 'problem' in file || !isBinary(file.bytes))
        return file === undefined ? undefined : { mechanism, ...file };
      const { status, output } = await run('/usr/bin/plutil', ['-convert', 'xml1', '-o', '-', '--', path]);
      if (status === 0) return { mechanism, bytes: output };
      return {
        mechanism,
        problem: `${path}: plutil cannot read it as a property list; check it: plutil -lint`,
      };
    },
  };
}

const isBinary = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 6)).toString('latin1') === 'bplist';
