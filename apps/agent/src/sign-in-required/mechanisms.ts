/** Chooses the one seam to what enforces sign-in on this machine. Leaves what it says to the parsers. */

import { MECHANISMS, mechanismsOf, type Platform } from '@pullgate/required-sign-in';
import { createDarwinMechanisms } from './mechanisms-darwin.ts';
import { createLinuxMechanisms } from './mechanisms-linux.ts';
import type { Mechanisms } from './mechanisms-seam.ts';
import { createWindowsMechanisms } from './mechanisms-windows.ts';

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
