/** Signing in by password, and by the second factor after it. Where single sign-on is enforced only owners may, and it shows. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog } from '../activity/service.ts';
import { breakGlassUsed } from './events.ts';
import { renewHash } from './renew-hash.ts';
import { findCredential, listEnforcing } from './store.ts';
import { createUsedCodes } from './used-codes.ts';

export type SecondFactor = 'totp' | 'backup-code';

export interface PasswordSignIn {
  /** The answer of better-auth, cookies and all. @throws ControlPlaneError SSO_REQUIRED */
  signIn(email: string, password: string, headers: Headers, from: Origin): Promise<Response>;
  /** The second step of a sign-in, known by its cookie. @throws ControlPlaneError FORBIDDEN when there is a session already */
  secondFactor(kind: SecondFactor, code: string, headers: Headers, from: Origin): Promise<Response>;
}

export interface PasswordSignInDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
}

/** Answers that only the owner of the password gets: the session, or that a second factor is asked for. */
interface Answer {
  readonly token?: string;
  readonly user?: { readonly id: string };
  readonly twoFactorRedirect?: boolean;
}

export function createPasswordSignIn(dependencies: PasswordSignInDependencies): PasswordSignIn {
  const { signIn } = dependencies;
  const usedCodes = createUsedCodes();
  return {
    async signIn(email, password, headers, from) {
      const response = await signIn.signIn(email, password, headers);
      if (response.ok) await judge(dependencies, { email, password }, await readAnswer(response), from);
      return response;
    },
    async secondFactor(kind, code, headers, from) {
      // With a session, better-auth would take the code as the end of setting the second factor up.
      if ((await signIn.session(headers)) !== undefined) {
        throw new ControlPlaneError('FORBIDDEN', 'this browser is signed in already');
      }
      const { api } = signIn.auth();
      const given = { body: { code }, headers, asResponse: true } as const;
      const response = await (kind === 'totp' ? api.verifyTOTP(given) : api.verifyBackupCode(given));
      const { user, token } = response.ok ? await readAnswer(response) : {};
      if (user === undefined) return response;
      // A backup code is used up by better-auth itself.
      if (kind === 'totp' && !usedCodes.use(user.id, code)) return await refuseAgain(signIn, token);
      await noteBreakGlass(dependencies, user.id, from);
      return response;
    },
  };
}

/** After the password was right, or whoever asks would learn who has an account. */
async function judge(
  dependencies: PasswordSignInDependencies,
  { email, password }: { readonly email: string; readonly password: string },
  { token, twoFactorRedirect }: Answer,
  from: Origin,
): Promise<void> {
  const { db, signIn } = dependencies;
  const credential = await findCredential(db, email);
  if (credential === undefined) throw new ControlPlaneError('INTERNAL', 'a session without a person');
  const { userId, passwordHash } = credential;
  await renewHash(dependencies, userId, passwordHash, password);
  const refusing = (await listEnforcing(db, userId)).find(({ role }) => role !== 'owner');
  if (refusing !== undefined) {
    if (token !== undefined) await (await signIn.auth().$context).internalAdapter.deleteSession(token);
    throw new ControlPlaneError('SSO_REQUIRED', `the organization ${refusing.slug} requires single sign-on`, {
      hint: 'continue with single sign-on',
    });
  }
  if (twoFactorRedirect !== true) await noteBreakGlass(dependencies, userId, from);
}

const readAnswer = async (response: Response) => (await response.clone().json()) as Answer;

/** As a wrong code; the session that it made is no one's. */
async function refuseAgain(signIn: SignIn, token: string | undefined): Promise<Response> {
  if (token !== undefined) await (await signIn.auth().$context).internalAdapter.deleteSession(token);
  return Response.json({ code: 'INVALID_CODE', message: 'the code was used' }, { status: 401 });
}

async function noteBreakGlass(
  { db, activity }: PasswordSignInDependencies,
  userId: string,
  from: Origin,
): Promise<void> {
  const enforcing = await listEnforcing(db, userId);
  if (enforcing.length === 0) return;
  await db.transaction().execute(async (trx) => {
    for (const { id } of enforcing) {
      await activity.append(trx, id, { kind: 'user', id: userId, from }, breakGlassUsed(userId));
    }
  });
}
