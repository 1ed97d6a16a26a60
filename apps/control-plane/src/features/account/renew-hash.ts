/** Gives a password that was just right a hash of today's kind. Its words stay the same: nobody is signed out, nothing to record. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { hashPassword, isOutdatedHash } from '../../sign-in/password-hash.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';

export interface RenewHashDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
}

/** `seen`: the hash that stood there when the password was right. */
export async function renewHash(
  { db, signIn }: RenewHashDependencies,
  userId: string,
  seen: string | null,
  password: string,
): Promise<void> {
  if (seen === null || !isOutdatedHash(seen)) return;
  const hash = await hashPassword(password);
  await db.transaction().execute((trx) =>
    signIn.within(trx, async (auth) => {
      const { internalAdapter } = await auth.$context;
      const now = await internalAdapter.findCredentialAccount(userId);
      // Whoever has set another password meanwhile has the last word.
      if (now?.password === seen) await internalAdapter.updatePassword(userId, hash);
    }),
  );
}
