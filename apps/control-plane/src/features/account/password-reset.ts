/** A forgotten password: a link by mail, and the password that is set with it. better-auth makes the link and uses it up. */

import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import type { Mailer } from '../../mail/mailer.ts';
import { RESET_IDENTIFIER } from '../../sign-in/sign-in.ts';
import { noteInPlaces } from './change-account.ts';
import { passwordReset } from './events.ts';
import { resetMail } from './mail.ts';
import type { AccountDependencies } from './service.ts';
import { useUpLinks } from './use-up-links.ts';

export interface PasswordReset {
  /** Whether the address has an account shows in its mailbox alone. */
  request(email: string): Promise<void>;
  /** Whether the link still works. */
  isGood(token: string): Promise<boolean>;
  /** Ends all sessions of the person. @throws ControlPlaneError PASSWORD_RESET_INVALID */
  reset(token: string, password: string, from: Origin): Promise<void>;
}

export interface PasswordResetDependencies extends AccountDependencies {
  readonly mailer: Mailer;
}

export function createPasswordReset(dependencies: PasswordResetDependencies): PasswordReset {
  const { signIn, mailer } = dependencies;
  signIn.attach({ sendResetPassword: async (person) => mailer.send(resetMail(person)) });
  return {
    async request(email) {
      await signIn.auth().api.requestPasswordReset({ body: { email }, asResponse: true });
    },
    isGood: async (token) => (await findPerson(dependencies, token)) !== undefined,
    reset: (token, password, from) => reset(dependencies, token, password, from),
  };
}

async function reset(
  dependencies: PasswordResetDependencies,
  token: string,
  newPassword: string,
  from: Origin,
): Promise<void> {
  const { db, activity, signIn, peopleChanges } = dependencies;
  const userId = await findPerson(dependencies, token);
  if (userId === undefined) throw invalid();
  await db.transaction().execute(async (trx) => {
    const body = { token, newPassword };
    const response = await signIn.within(trx, ({ api }) => api.resetPassword({ body, asResponse: true }));
    if (!response.ok) throw invalid();
    await signIn.within(trx, (auth) => useUpLinks(auth, userId));
    await noteInPlaces(activity, trx, { kind: 'user', id: userId, from }, passwordReset(userId));
  });
  peopleChanges.publish({ userIds: [userId] });
}

async function findPerson({ signIn }: AccountDependencies, token: string): Promise<string | undefined> {
  const { internalAdapter } = await signIn.auth().$context;
  const found = await internalAdapter.findVerificationValue(`${RESET_IDENTIFIER}${token}`);
  return found === null || found.expiresAt.getTime() <= Date.now() ? undefined : found.value;
}

const invalid = () =>
  new ControlPlaneError('PASSWORD_RESET_INVALID', 'the link was used or has expired', {
    hint: 'ask for a new link',
  });
