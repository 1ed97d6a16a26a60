/** The one object of named dependencies from which every feature picks what it needs. */

import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ControlPlaneConfig } from './config.ts';
import type { Database } from './database/schema.ts';
import type { ActivityLog } from './features/activity/service.ts';
import type { PeopleChanges } from './people-changes.ts';
import type { Publications } from './publications.ts';
import type { SignIn } from './sign-in/sign-in.ts';

export interface Dependencies {
  readonly config: ControlPlaneConfig;
  readonly db: Kysely<Database>;
  readonly log: Logger;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly activity: ActivityLog;
  readonly publications: Publications;
  readonly peopleChanges: PeopleChanges;
  readonly signIn: SignIn;
  readonly metrics: Registry;
  /** Origin that people and machines use; known once the server listens, so ask at the time of use. */
  readonly publicUrl: () => string;
  /** Aborted when the server begins to stop: end every open stream then. */
  readonly stopping: AbortSignal;
}
