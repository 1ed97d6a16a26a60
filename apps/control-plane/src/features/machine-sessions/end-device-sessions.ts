/** Ends what machines were signed in by: the sessions that the device flow made for them, so that no kept token is of use. */

import type { Transaction } from 'kysely';
import type { MachineSessionsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { listDeviceTokens } from './store.ts';

/**
 * A person's browser stays signed in, and API tokens stay in force: they have an end of their own. The session may stand on other
 * machines too; publish the change of these people after the commit.
 */
export async function endDeviceSessions(
  signIn: SignIn,
  trx: Transaction<Database>,
  ended: readonly Pick<MachineSessionsTable, 'session_id'>[],
): Promise<void> {
  const ids = ended.flatMap(({ session_id: id }) => (id === null ? [] : [id]));
  const tokens = await listDeviceTokens(trx, ids);
  if (tokens.length === 0) return;
  await signIn.within(trx, async (auth) => {
    const { internalAdapter } = await auth.$context;
    for (const token of tokens) await internalAdapter.deleteSession(token);
  });
}
