/** The welcome: whoever holds the one-time code sets the first owner's e-mail address and password. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import type { Credentials, SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog } from '../activity/service.ts';
import { ownerWelcomed } from './events.ts';
import { listOrganizationIds } from './store.ts';

export interface WelcomeService {
  isGood(code: string): Promise<boolean>;
  /** @throws ControlPlaneError WELCOME_CODE_INVALID, ACCOUNT_EXISTS */
  welcome(code: string, credentials: Credentials, from: Origin): Promise<void>;
}

export interface WelcomeDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
  readonly activity: ActivityLog;
}

export function createWelcomeService({ db, signIn, activity }: WelcomeDependencies): WelcomeService {
  return {
    isGood: async (code) => (await signIn.findWelcomed(code)) !== undefined,
    async welcome(code, credentials, from) {
      const expected = await signIn.findWelcomed(code);
      await signIn.refuseTaken(expected ?? '', credentials.email);
      const userId = await signIn.redeemWelcomeCode(code);
      if (userId === undefined) {
        throw new ControlPlaneError(
          'WELCOME_CODE_INVALID',
          'the welcome code is wrong, used, or older than a day',
          {
            hint: 'pullgate up prints a new one',
          },
        );
      }
      await signIn.setCredentials(userId, credentials);
      const organizations = await listOrganizationIds(db, userId);
      await db.transaction().execute(async (trx) => {
        for (const id of organizations) {
          await activity.append(trx, id, { kind: 'user', id: userId, from }, ownerWelcomed(userId));
        }
      });
    },
  };
}
