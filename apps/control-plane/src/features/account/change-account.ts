/** A change of a person's own account, made by better-auth, and its Activity entries: both or neither. */

import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { Auth, SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor, NewActivity } from '../activity/service.ts';
import { listMemberships } from '../session/store.ts';

export interface ChangeDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
}

/** A refusal of better-auth is its answer, and leaves no entry. */
export async function changeAccount(
  { db, activity, signIn }: ChangeDependencies,
  actor: Actor,
  entry: NewActivity,
  change: (api: Auth['api'], auth: Auth) => Promise<Response>,
): Promise<Response> {
  return await db.transaction().execute(async (trx) => {
    const response = await signIn.within(trx, async (auth) => await change(auth.api, auth));
    if (response.ok) await noteInPlaces(activity, trx, actor, entry);
    return response;
  });
}

/** A change of an account concerns every organization that the person may do something in. */
export async function noteInPlaces(
  activity: ActivityLog,
  trx: Transaction<Database>,
  actor: Actor,
  entry: NewActivity,
): Promise<void> {
  for (const { id } of await listMemberships(trx, actor.id)) await activity.append(trx, id, actor, entry);
}
