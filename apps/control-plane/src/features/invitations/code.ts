/** The one-time code in the address of an invitation. better-auth keeps it, hashed, and takes it back when it is used. */

import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { writer } from '../members/better-auth-rows.ts';

const toIdentifier = (code: string) => `invitation:${createHash('sha256').update(code).digest('hex')}`;

/** Makes the only code that is good for this invitation. */
export async function issueCode(
  signIn: SignIn,
  trx: Transaction<Database>,
  invitationId: string,
  expiresAt: Date,
): Promise<string> {
  const code = randomBytes(24).toString('base64url');
  await dropCodes(signIn, trx, invitationId);
  await signIn.within(trx, async (auth) => {
    const { internalAdapter } = await auth.$context;
    const value = { identifier: toIdentifier(code), value: invitationId, expiresAt };
    await internalAdapter.createVerificationValue(value);
  });
  return code;
}

/** The invitation of a code that is good; the code stays good. */
export async function findByCode(signIn: SignIn, code: string, now: number): Promise<string | undefined> {
  const { internalAdapter } = await signIn.auth().$context;
  const found = await internalAdapter.findVerificationValue(toIdentifier(code));
  return found === null || found.expiresAt.getTime() <= now ? undefined : found.value;
}

/** Uses a code up: of two requests with one code, one gets the invitation. */
export async function takeCode(
  signIn: SignIn,
  trx: Transaction<Database>,
  code: string,
): Promise<string | undefined> {
  return await signIn.within(trx, async (auth) => {
    const { internalAdapter } = await auth.$context;
    return (await internalAdapter.consumeVerificationValue(toIdentifier(code)))?.value;
  });
}

export async function dropCodes(
  signIn: SignIn,
  trx: Transaction<Database>,
  invitationId: string,
): Promise<void> {
  await signIn.within(trx, async (auth) => {
    const rows = await writer(auth);
    await rows.deleteMany({ model: 'verification', where: [{ field: 'value', value: invitationId }] });
  });
}
