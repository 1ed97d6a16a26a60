/** A person's own account: password, second factor, sessions. better-auth does all of it; this keeps it in Activity. */

import type { Account, AccountSession } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Principal } from '../../http/principal.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { Auth, SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor, NewActivity } from '../activity/service.ts';
import { passwordChanged, twoFactorDisabled, twoFactorEnabled } from './events.ts';
import { findAccount, listMachinesOf, listPlaces, listSessions } from './store.ts';

export interface AccountService {
  get(principal: Principal): Promise<Account>;
  sessions(principal: Principal, headers: Headers): Promise<{ items: AccountSession[] }>;
  /** @throws ControlPlaneError NOT_FOUND */
  endSession(principal: Principal, id: string): Promise<void>;
  endOtherSessions(principal: Principal, headers: Headers): Promise<void>;
  /** Ends the other sessions; the answer carries the cookie of a new one. @throws ControlPlaneError FORBIDDEN */
  changePassword(actor: Actor, headers: Headers, current: string, wanted: string): Promise<Headers>;
  /** The factor counts once a code of it was verified. @throws ControlPlaneError FORBIDDEN */
  beginTwoFactor(headers: Headers, password: string): Promise<{ totpURI: string; backupCodes: string[] }>;
  verifyTwoFactor(actor: Actor, headers: Headers, code: string): Promise<Headers>;
  disableTwoFactor(actor: Actor, headers: Headers, password: string): Promise<Headers>;
  renewBackupCodes(headers: Headers, password: string): Promise<{ backupCodes: string[] }>;
}

export interface AccountDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly peopleChanges: PeopleChanges;
}

export function createAccountService(dependencies: AccountDependencies): AccountService {
  const { db, signIn } = dependencies;
  const api = () => signIn.auth().api;
  return {
    get: ({ userId }) => get(db, userId),
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
      const response = await api().changePassword({ body, headers, asResponse: true });
      const answer = required(response, 'the current password is wrong, or the new one is too short');
      await note(dependencies, actor, passwordChanged(actor.id));
      return answer.headers;
    },
    async beginTwoFactor(headers, password) {
      const response = await api().enableTwoFactor({ body: { password }, headers, asResponse: true });
      return (await required(response, 'the password is wrong').json()) as {
        totpURI: string;
        backupCodes: string[];
      };
    },
    async verifyTwoFactor(actor, headers, code) {
      const response = await api().verifyTOTP({ body: { code }, headers, asResponse: true });
      const answer = required(response, 'the code is wrong');
      await note(dependencies, actor, twoFactorEnabled(actor.id));
      return answer.headers;
    },
    async disableTwoFactor(actor, headers, password) {
      const response = await api().disableTwoFactor({ body: { password }, headers, asResponse: true });
      const answer = required(response, 'the password is wrong');
      await note(dependencies, actor, twoFactorDisabled(actor.id));
      return answer.headers;
    },
    async renewBackupCodes(headers, password) {
      const response = await api().generateBackupCodes({ body: { password }, headers, asResponse: true });
      return (await required(response, 'the password is wrong').json()) as { backupCodes: string[] };
    },
  };
}

async function get(db: Kysely<Database>, userId: string): Promise<Account> {
  const row = await findAccount(db, userId);
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'the account is gone');
  const twoFactor = row.twoFactorEnabled === 1;
  const places = twoFactor ? [] : await listPlaces(db, userId);
  const requiring = places.filter(({ role, two_factor_roles: roles }) =>
    (JSON.parse(roles ?? '[]') as string[]).includes(role),
  );
  const twoFactorRequiredBy = requiring.map(({ slug }) => slug);
  const { id, email, name, credential } = row;
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

/** A change of an account concerns every organization that the person may do something in. */
async function note(
  { db, activity }: Pick<AccountDependencies, 'db' | 'activity'>,
  actor: Actor,
  entry: NewActivity,
): Promise<void> {
  const places = await listPlaces(db, actor.id);
  await db.transaction().execute(async (trx) => {
    for (const { id } of places) await activity.append(trx, id, actor, entry);
  });
}
