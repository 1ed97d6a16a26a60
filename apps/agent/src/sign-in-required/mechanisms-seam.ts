/** What the agent needs of an operating system to find out what enforces sign-in; `mechanisms.ts` chooses one. */

import type { FoundMechanism, Mechanism } from '@pullgate/required-sign-in';

export interface Mechanisms {
  /** In order of precedence. */
  readonly all: readonly Mechanism[];
  /** Undefined: it is not there. Never throws: what cannot be read is found with its problem. */
  read(mechanism: Mechanism): Promise<FoundMechanism | undefined>;
  /** Files whose directories are worth watching; the rest is polled. */
  readonly files: readonly string[];
}
