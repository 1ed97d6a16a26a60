/** The one seam to what enforces sign-in on this machine, per operating system. Leaves what it says to the parsers. */

import {
  type FoundMechanism,
  MECHANISMS,
  type Mechanism,
  mechanismsOf,
  type Platform,
} from '@pullgate/required-sign-in';
import { createDarwinMechanisms } from './mechanisms-darwin.ts';
import { createLinuxMechanisms } from './mechanisms-linux.ts';
import { createWindowsMechanisms } from './mechanisms-windows.ts';

export interface Mechanisms {
  /** In order of precedence. */
  readonly all: readonly Mechanism[];
  /** Undefined: it is not there. Never throws: what cannot be read is found with its problem. */
  read(mechanism: Mechanism): Promise<FoundMechanism | undefined>;
  /** Files whose directories are worth watching; the rest is polled. */
  readonly files: readonly string[];
}

export interface MechanismSettings {
  /** Every file is below it; `/` outside tests, images and namespaces. */
  readonly root: string;
  readonly platform?: NodeJS.Platform;
}

export function createMechanisms({ root, platform = process.platform }: MechanismSettings): Mechanisms {
  const known = MECHANISMS.find((mechanism) => mechanism.platform === platform)?.platform;
  if (known === 'darwin') return createDarwinMechanisms(root, mechanismsOf(known));
  if (known === 'win32') return createWindowsMechanisms(mechanismsOf(known));
  return createLinuxMechanisms(root, mechanismsOf('linux' satisfies Platform));
}
