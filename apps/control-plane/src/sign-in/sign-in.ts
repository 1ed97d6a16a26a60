/** People's accounts, passwords and sessions, all of them by better-auth. Leaves roles and scopes to the access guard. */

import { createHmac } from 'node:crypto';
import { runWithTransaction } from '@better-auth/core/context';
import { kyselyAdapter } from '@better-auth/kysely-adapter';
import { betterAuth } from 'better-auth';
import { bearer } from 'better-auth/plugins';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { ControlPlaneError } from '../errors.ts';
import { toPrintableName } from '../printable.ts';
import type { SignInHooks } from './hooks.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { deviceFlow, markDeviceSession, sessionFields } from './plugins/device-flow.ts';
import { organizations } from './plugins/organizations.ts';
import { provisioning } from './plugins/provisioning.ts';
import { secondFactor } from './plugins/second-factor.ts';
import { singleSignOn } from './plugins/single-sign-on.ts';
import { joinTransaction, runIn, trackTransactions } from './transactions.ts';
import { createWelcomeCode, toIdentifier, WELCOME_CODE_LIFE_MS } from './welcome-code.ts';

export interface SessionUser {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly expiresAt: number;
}

export interface SignIn {
  /** better-auth itself, for features that need more of it than is named here. */
  auth(): Auth;
  /** Runs calls of better-auth inside our transaction, so that they are kept together with their Activity or not at all. */
  within<T>(trx: Transaction<Database>, work: (auth: Auth) => Promise<T>): Promise<T>;
  /** Gives the callbacks; called once, when the features are wired. */
  attach(hooks: SignInHooks): void;
  /** Answers a request below `/api/auth`. */
  handle(request: Request): Promise<Response>;
  /** The person whose session cookie the headers carry. */
  session(headers: Headers): Promise<SessionUser | undefined>;
  /** Signs in by password; the answer carries the session cookie. */
  signIn(email: string, password: string, headers: Headers): Promise<Response>;
  findOrCreateUser(person: { email: string; name: string }): Promise<{ id: string }>;
  /** @throws ControlPlaneError ACCOUNT_EXISTS when another account has this e-mail address */
  refuseTaken(userId: string, email: string): Promise<void>;
  /** Gives an account its e-mail address, name and password; ends its sessions. */
  setCredentials(userId: string, credentials: Credentials): Promise<void>;
  /** A one-time code with which this person sets their password; the codes issued before stay good until they expire. */
  issueWelcomeCode(userId: string): Promise<string>;
  /** The person of a code that is good; the code stays good. */
  findWelcomed(code: string): Promise<string | undefined>;
  /** The person of a code, which is used up by this. */
  redeemWelcomeCode(code: string): Promise<string | undefined>;
  createOrganization(organization: { slug: string; name: string; ownerId: string }): Promise<{ id: string }>;
}

export interface Credentials {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

export interface SignInOptions {
  readonly db: Kysely<Database>;
  /** At least 32 characters; signs cookies. */
  readonly secret: string;
  /** Asked at first use, when the server listens and its port is known. */
  readonly publicUrl: () => string;
  readonly trustedOrigins: () => readonly string[];
  readonly hooks: () => SignInHooks;
}

export type Auth = ReturnType<typeof createAuth>;

/** One secret for one purpose, made from the server's own. */
function derive(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}

/** Header in which the server hands on the client's address; better-auth keeps it with the session. */
export const CLIENT_ADDRESS_HEADER = 'x-pullgate-client-address';
/** As NIST SP 800-63B, 5.1.1: at least 8; the upper bound limits the work of hashing. */
export const PASSWORD_LENGTH = { min: 8, max: 128 };

/** How long the link of a forgotten password works: long enough for slow mail, too short to be found later. */
export const RESET_LIFE_S = 3_600;
/** What better-auth puts before the token of such a link. */
export const RESET_IDENTIFIER = 'reset-password:';

/** How long a browser or a machine that is never used stays signed in; use extends it day by day. */
const SESSION_LIFE_S = 30 * 86_400;

/** better-auth on our database. Nobody signs up: accounts are made by set-up and, later, by owners. */
export function createAuth(options: SignInOptions) {
  const publicUrl = options.publicUrl();
  return betterAuth({
    appName: 'Pullgate',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: { db: trackTransactions(options.db), type: 'sqlite', transaction: true },
    trustedOrigins: [...options.trustedOrigins()],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: { hash: hashPassword, verify: verifyPassword },
      resetPasswordTokenExpiresIn: RESET_LIFE_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user: { email, name }, token }) => {
        const url = `${publicUrl}/reset-password?token=${encodeURIComponent(token)}`;
        await options.hooks().sendResetPassword?.({ email, name, url });
      },
    },
    // Whoever reads a backup of the database would set passwords with what stands there.
    verification: { storeIdentifier: { default: 'plain', overrides: { [RESET_IDENTIFIER]: 'hashed' } } },
    session: { expiresIn: SESSION_LIFE_S, updateAge: 86_400, additionalFields: sessionFields },
    databaseHooks: {
      // Names come from forms, identity providers and directories.
      user: { create: { before: printName }, update: { before: printName } },
      session: {
        create: { before: async (session, context) => markDeviceSession(session, context) },
        delete: { after: async ({ userId }) => options.hooks().sessionEnded?.(userId) },
      },
    },
    plugins: [
      organizations(),
      secondFactor(),
      deviceFlow(publicUrl),
      bearer(),
      singleSignOn(options.hooks),
      provisioning(options.hooks, derive(options.secret, 'scim')),
    ],
    advanced: {
      // Its own check at the first call waits for the one connection, which that call's transaction may hold; a test compares the tables.
      database: { validateSchema: false },
      useSecureCookies: publicUrl.startsWith('https:'),
      cookiePrefix: 'pullgate',
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    // The server limits rates itself, for every route alike.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

export function createSignIn(given: Omit<SignInOptions, 'hooks'>): SignIn {
  let hooks: SignInHooks = {};
  const options: SignInOptions = { ...given, hooks: () => hooks };
  let made: Auth | undefined;
  const auth = () => {
    made ??= createAuth(options);
    return made;
  };
  return {
    auth,
    within: async (trx, work) => {
      const adapter = kyselyAdapter(joinTransaction(trx), { type: 'sqlite' })(
        (await auth().$context).options,
      );
      return await runIn(trx, () => runWithTransaction(adapter, () => work(auth())));
    },
    attach: (more) => {
      hooks = { ...hooks, ...more };
    },
    handle: (request) => auth().handler(request),
    session: async (headers) => {
      const found = await auth().api.getSession({ headers });
      if (found === null) return undefined;
      const { user, session } = found;
      return { userId: user.id, name: user.name, email: user.email, expiresAt: session.expiresAt.getTime() };
    },
    signIn: (email, password, headers) =>
      auth().api.signInEmail({ body: { email, password }, headers, asResponse: true }),
    findOrCreateUser: async ({ email, name }) => {
      const { internalAdapter } = await auth().$context;
      const known = await internalAdapter.findUserByEmail(email);
      if (known !== null) return known.user;
      const person = { email: email.toLowerCase(), name, emailVerified: false };
      return await internalAdapter.createUser(person, { method: 'email-password' });
    },
    refuseTaken: (userId, email) => refuseTaken(auth(), userId, email),
    setCredentials: (userId, credentials) => setCredentials(auth(), userId, credentials),
    issueWelcomeCode: async (userId) => {
      const { internalAdapter } = await auth().$context;
      const code = createWelcomeCode();
      const expiresAt = new Date(Date.now() + WELCOME_CODE_LIFE_MS);
      await internalAdapter.createVerificationValue({
        identifier: toIdentifier(code),
        value: userId,
        expiresAt,
      });
      return code;
    },
    findWelcomed: async (code) => {
      const { internalAdapter } = await auth().$context;
      const found = await internalAdapter.findVerificationValue(toIdentifier(code));
      return found === null || found.expiresAt.getTime() <= Date.now() ? undefined : found.value;
    },
    redeemWelcomeCode: async (code) => {
      const { internalAdapter } = await auth().$context;
      return (await internalAdapter.consumeVerificationValue(toIdentifier(code)))?.value;
    },
    createOrganization: async ({ slug, name, ownerId }) => {
      const made = await auth().api.createOrganization({ body: { slug, name, userId: ownerId } });
      return { id: made.id };
    },
  };
}

async function refuseTaken(
  auth: ReturnType<typeof createAuth>,
  userId: string,
  email: string,
): Promise<void> {
  const { internalAdapter } = await auth.$context;
  const taken = await internalAdapter.findUserByEmail(email);
  if (taken === null || taken.user.id === userId) return;
  throw new ControlPlaneError('ACCOUNT_EXISTS', 'another account has this e-mail address');
}

async function printName<T extends { readonly name?: unknown }>(user: T): Promise<{ data: T }> {
  return { data: typeof user.name === 'string' ? { ...user, name: toPrintableName(user.name) } : user };
}

async function setCredentials(
  auth: ReturnType<typeof createAuth>,
  userId: string,
  { email, name, password }: Credentials,
): Promise<void> {
  const { internalAdapter, password: passwords } = await auth.$context;
  await refuseTaken(auth, userId, email);
  const hash = await passwords.hash(password);
  if ((await internalAdapter.findCredentialAccount(userId)) === null) {
    await internalAdapter.linkAccount({
      userId,
      providerId: 'credential',
      accountId: userId,
      password: hash,
    });
  } else {
    await internalAdapter.updatePassword(userId, hash);
  }
  await internalAdapter.updateUser(userId, { email: email.toLowerCase(), name });
  await internalAdapter.deleteUserSessions(userId);
}
