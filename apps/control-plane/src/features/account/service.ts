/** A person's own account: password, second factor, sessions. better-auth does all of it; this keeps it in Activity. */

import type { Account, AccountSession } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Principal } from '../../http/principal.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { Auth, SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { lacksSecondFactor } from '../session/second-factor.ts';
import { listMemberships } from '../session/store.ts';
import { changeAccount } from './change-account.ts';
import { backupCodesRenewed, passwordChanged, twoFactorDisabled, twoFactorEnabled } from './events.ts';
import { findAccount, listMachinesOf, listSessions } from './store.ts';
import { useUpLinks } from './use-up-links.ts';

export interface AccountService {
  get(principal: Principal): Promise<Account>;
  /** Where a sign-in goes on to: first to a second factor that an organization requires. */
  landing(userId: string, next?: string): Promise<string>;
  sessions(principal: Principal, headers: Headers): Promise<{ items: AccountSession[] }>;
  /** @throws ControlPlaneError NOT_FOUND */
  endSession(principal: Principal, id: string): Promise<void>;
  endOtherSessions(principal: Principal, headers: Headers): Promise<void>;
  /** Ends the other sessions and the links that were mailed; the answer carries the cookie of a new one. @throws ControlPlaneError FORBIDDEN */
  changePassword(actor: Actor, headers: Headers, current: string, wanted: string): Promise<Headers>;
  /** The factor counts once a code of it was verified. @throws ControlPlaneError FORBIDDEN */
  beginTwoFactor(headers: Headers, password?: string): Promise<{ totpURI: string; backupCodes: string[] }>;
  /** The answer carries the cookie of a new session. @throws ControlPlaneError FORBIDDEN */
  verifyTwoFactor(actor: Actor, headers: Headers, code: string): Promise<Headers>;
  /** @throws ControlPlaneError FORBIDDEN */
  disableTwoFactor(actor: Actor, headers: Headers, password?: string): Promise<Headers>;
  /** @throws ControlPlaneError FORBIDDEN */
  renewBackupCodes(actor: Actor, headers: Headers, password?: string): Promise<{ backupCodes: string[] }>;
}

export interface AccountDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly peopleChanges: PeopleChanges;
}

export function createAccountService(dependencies: AccountDependencies): AccountService {
  const { db, signIn, peopleChanges } = dependencies;
  return {
    get: ({ userId }) => get(db, userId),
    async landing(userId, next = '/') {
      const { twoFactorRequiredBy } = await get(db, userId);
      return twoFactorRequiredBy.length === 0 ? next : `/account?next=${encodeURIComponent(next)}`;
    },
    sessions: ({ userId }, headers) => sessions(dependencies, userId, headers),
    async endSession({ userId }, id) {
      const found = (await listSessions(db, userId, new Date().toISOString())).find((row) => row.id === id);
      if (found === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such session of yours');
      await end(dependencies, userId, [found.token]);
    },
    async endOtherSessions({ userId }, headers) {
      const current = await currentToken(signIn.auth(), headers);
      const rows = await listSessions(db, userId, new Date().toISOString());
      await end(
        dependencies,
        userId,
        rows.map(({ token }) => token).filter((token) => token !== current),
      );
    },
    async changePassword(actor, headers, currentPassword, newPassword) {
      const body = { currentPassword, newPassword, revokeOtherSessions: true };
      const response = await changeAccount(
        dependencies,
        actor,
        passwordChanged(actor.id),
        async (api, auth) => {
          const changed = await api.changePassword({ body, headers, asResponse: true });
          if (changed.ok) await useUpLinks(auth, actor.id);
          return changed;
        },
      );
      peopleChanges.publish({ userIds: [actor.id] });
      return required(response, 'the current password is wrong, or the new one is too short').headers;
    },
    async beginTwoFactor(headers, password) {
      const body = toBody(password);
      const response = await signIn.auth().api.enableTwoFactor({ body, headers, asResponse: true });
      return (await required(response, WRONG_PASSWORD).json()) as { totpURI: string; backupCodes: string[] };
    },
    async verifyTwoFactor(actor, headers, code) {
      const response = await changeAccount(dependencies, actor, twoFactorEnabled(actor.id), (api) =>
        api.verifyTOTP({ body: { code }, headers, asResponse: true }),
      );
      return required(response, 'the code is wrong').headers;
    },
    async disableTwoFactor(actor, headers, password) {
      const response = await changeAccount(dependencies, actor, twoFactorDisabled(actor.id), (api) =>
        api.disableTwoFactor({ body: toBody(password), headers, asResponse: true }),
      );
      return required(response, WRONG_PASSWORD).headers;
    },
    async renewBackupCodes(actor, headers, password) {
      const response = await changeAccount(dependencies, actor, backupCodesRenewed(actor.id), (api) =>
        api.generateBackupCodes({ body: toBody(password), headers, asResponse: true }),
      );
      return (await required(response, WRONG_PASSWORD).json()) as { backupCodes: string[] };
    },
  };
}

const WRONG_PASSWORD = 'the password is wrong';

/** Whoever has no password, since they sign in through an identity provider, confirms by their session alone. */
const toBody = (password: string | undefined) => (password === undefined ? {} : { password });

async function get(db: Kysely<Database>, userId: string): Promise<Account> {
  const row = await findAccount(db, userId);
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'the account is gone');
  const requiring = (await listMemberships(db, userId)).filter(lacksSecondFactor);
  const twoFactorRequiredBy = requiring.map(({ slug }) => slug);
  const { id, email, name, credential } = row;
  const twoFactor = row.twoFactorEnabled === 1;
  return { id, email, name, twoFactor, twoFactorRequiredBy, hasPassword: credential !== null };
}

async function sessions({ db, signIn }: AccountDependencies, userId: string, headers: Headers) {
  const current = await currentToken(signIn.auth(), headers);
  const machines = await listMachinesOf(db, userId);
  const rows = await listSessions(db, userId, new Date().toISOString());
  const items = rows.map(
    (row): AccountSession => ({
      id: row.id,
      current: row.token === current,
      ...(row.ipAddress === null || row.ipAddress === '' ? {} : { address: row.ipAddress }),
      ...(row.userAgent === null || row.userAgent === '' ? {} : { userAgent: row.userAgent }),
      machines: machines
        .filter(({ session_id: id }) => id === row.id)
        .map(({ id, name, login }) => ({ id, name, login })),
      createdAt: Date.parse(row.createdAt),
      expiresAt: Date.parse(row.expiresAt),
    }),
  );
  return { items };
}

async function currentToken(auth: Auth, headers: Headers): Promise<string | undefined> {
  return (await auth.api.getSession({ headers }))?.session.token;
}

async function end(
  { signIn, peopleChanges }: AccountDependencies,
  userId: string,
  tokens: readonly string[],
): Promise<void> {
  const { internalAdapter } = await signIn.auth().$context;
  for (const token of tokens) await internalAdapter.deleteSession(token);
  peopleChanges.publish({ userIds: [userId] });
}

function required(response: Response, message: string): Response {
  if (response.ok) return response;
  throw new ControlPlaneError('FORBIDDEN', message);
}
