/** What the sign-in on machines is built from. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog } from '../activity/service.ts';
import type { Assignments } from '../bundles/assignments.ts';
import type { JudgedToken } from './judge-token.ts';

export interface MachineSessionDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly assignments: Assignments;
  readonly judgeToken: (token: string) => Promise<JudgedToken>;
  readonly signIn: SignIn;
  readonly peopleChanges: PeopleChanges;
  readonly publicUrl: () => string;
}
