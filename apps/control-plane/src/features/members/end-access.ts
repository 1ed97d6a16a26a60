/** What ends with a person's place in an organization: API tokens, enrolment tokens, sessions on its machines, holding them, signing in at all. */

import type { Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { enrollmentTokenRevoked } from '../enrollment/events.ts';
import { revokeTokensOf } from '../enrollment/store.ts';
import { tokenRevoked } from '../tokens/events.ts';
import { clearHolder, endMachineSessions, isActiveSomewhere, revokeTokens } from './store.ts';

export interface EndAccessDependencies {
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly clock: () => number;
}

/** Call after the membership row was changed, in the same transaction. */
export async function endAccess(
  { activity, signIn, clock }: EndAccessDependencies,
  trx: Transaction<Database>,
  actor: Actor,
  person: { readonly organizationId: string; readonly userId: string },
): Promise<void> {
  const tokens = await revokeTokens(trx, person, clock());
  await activity.append(trx, person.organizationId, actor, ...tokens.map(tokenRevoked));
  const enrollmentTokens = await revokeTokensOf(trx, person, clock());
  await activity.append(trx, person.organizationId, actor, ...enrollmentTokens.map(enrollmentTokenRevoked));
  await endMachineSessions(trx, person);
  await clearHolder(trx, person);
  // Somebody who is active elsewhere on this server stays signed in for the sake of that organization.
  if (await isActiveSomewhere(trx, person.userId)) return;
  await signIn.within(trx, async (auth) => {
    await (await auth.$context).internalAdapter.deleteUserSessions(person.userId);
  });
}
