/** `pullgate login` and `pullgate logout`: a sign-in becomes a stored token of its own, which signing out revokes. */

import { hostname } from 'node:os';
import type { ApiToken, Session } from '@pullgate/protocol';
import { SCOPES } from '@pullgate/protocol';
import { createApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { CliError, toUsageError } from '../cli-error.ts';
import { type Command, type Context, findCredential, parseServer, type TargetOptions } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { fetchJson, fetchResponse } from '../http.ts';
import { printJson } from '../listing.ts';

export interface LoginOptions extends TargetOptions {
  readonly withToken?: boolean;
  readonly email?: string;
  readonly json?: boolean;
}

type Organization = Session['organizations'][number];

export const runLogin: Command<LoginOptions> = async (context, options) => {
  const wanted = options.server ?? context.config.server ?? context.credentials.list()[0]?.server;
  if (wanted === undefined)
    throw toUsageError('no server is known yet', 'name it: pullgate login --server URL');
  const server = parseServer(wanted);
  const credential =
    options.withToken === true
      ? await signInByToken(context, options, server)
      : await signInByPassword(context, options, server);
  const agentSocket = context.credentials.list().find((entry) => entry.server === server)?.agentSocket;
  context.credentials.save({ ...credential, ...(agentSocket === undefined ? {} : { agentSocket }) });
  const { organization, email } = credential;
  if (options.json === true) printJson(context.terminal, { server, organization, email });
  else context.terminal.out(`signed in to ${organization} at ${server} as ${email}`);
  return 0;
};

async function signInByToken(context: Context, options: LoginOptions, server: string): Promise<Credential> {
  const typed = context.terminal.isInteractive
    ? await context.terminal.ask('Token: ', { isHidden: true })
    : await context.terminal.readAll();
  const token = typed.trim();
  if (token === '')
    throw toUsageError('no token came in', 'pipe it in: pullgate login --with-token < token.txt');
  const session = await fetchJson<Session>(server, {
    path: '/api/v1/session',
    headers: { authorization: `Bearer ${token}` },
  });
  const { slug } = chooseOrganization(context, options, session);
  return { server, organization: slug, token, email: session.user.email };
}

async function signInByPassword(
  context: Context,
  options: LoginOptions,
  server: string,
): Promise<Credential> {
  const { terminal } = context;
  if (!terminal.isInteractive) {
    throw new CliError(
      'CONFIRMATION_NEEDED',
      'e-mail and password cannot be asked here: there is no terminal',
      {
        hint: 'pipe a token in: pullgate login --with-token < token.txt   (make one: pullgate token create)',
        exitCode: 2,
      },
    );
  }
  const email = options.email ?? (await terminal.ask('E-mail: ')).trim();
  const password = await terminal.ask('Password: ', { isHidden: true });
  const cookie = await fetchCookie(server, email, password);
  const session = await fetchJson<Session>(server, { path: '/api/v1/session', headers: { cookie } });
  const { slug } = chooseOrganization(context, options, session);
  const token = await fetchJson<ApiToken>(server, {
    method: 'POST',
    path: `/api/v1/organizations/${slug}/tokens`,
    body: { name: `pullgate on ${hostname()}`, scopes: [...SCOPES] },
    headers: { cookie, origin: server },
  });
  await endSession(server, cookie);
  return {
    server,
    organization: slug,
    token: token.token ?? '',
    tokenId: token.id,
    email: session.user.email,
  };
}

/** @throws CliError SIGN_IN_FAILED for a wrong e-mail or password */
async function fetchCookie(server: string, email: string, password: string): Promise<string> {
  let response: Response;
  try {
    response = await fetchResponse(server, {
      method: 'POST',
      path: '/api/auth/sign-in/email',
      body: { email, password },
      headers: { origin: server },
    });
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 401, 403].includes(error.status)) throw error;
    throw new CliError('SIGN_IN_FAILED', 'e-mail and password do not fit', {
      hint: 'try again; an owner can make you a token instead: pullgate token create',
      cause: error,
    });
  }
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** The token goes on by itself; a session that stays open would be one more thing to steal. */
async function endSession(server: string, cookie: string): Promise<void> {
  await fetchResponse(server, {
    method: 'POST',
    path: '/api/auth/sign-out',
    body: {},
    headers: { cookie, origin: server },
  });
}

/** @throws CliError ORGANIZATION_UNKNOWN, USAGE */
function chooseOrganization(context: Context, options: LoginOptions, session: Session): Organization {
  const wanted = options.organization ?? context.config.organization;
  const slugs = session.organizations.map(({ slug }) => slug);
  const found = session.organizations.find(({ slug }) => slug === (wanted ?? slugs[0]));
  if (found === undefined) {
    throw new CliError(
      'ORGANIZATION_UNKNOWN',
      `${session.user.email} does not belong to ${wanted ?? 'any organization'}`,
      {
        hint:
          slugs.length === 0 ? 'ask an owner to add you' : `choose one: --organization ${slugs.join(' | ')}`,
      },
    );
  }
  if (wanted === undefined && slugs.length > 1) {
    throw toUsageError(
      'you belong to several organizations',
      `choose one: --organization ${slugs.join(' | ')}`,
    );
  }
  return found;
}

export interface LogoutOptions extends TargetOptions {
  readonly json?: boolean;
}

export const runLogout: Command<LogoutOptions> = async (context, options) => {
  const credential = findCredential(context, options);
  if (credential === undefined) {
    throw new CliError('NOT_SIGNED_IN', 'not signed in', { hint: 'nothing to do; see: pullgate status' });
  }
  const { server, organization, tokenId } = credential;
  const isRevoked = tokenId !== undefined && (await revoke(credential, tokenId));
  context.credentials.remove(credential);
  if (options.json === true) printJson(context.terminal, { server, organization, revoked: isRevoked });
  else {
    context.terminal.out(`signed out of ${organization} at ${server}`);
    if (!isRevoked) context.terminal.err('  its token is forgotten here but still good: pullgate token list');
    context.terminal.err('  this machine keeps enforcing: it is enrolled, not signed in');
  }
  return 0;
};

/** Whether the server took the token back; it may be away, or the token may have ended already. */
async function revoke(credential: Credential, tokenId: string): Promise<boolean> {
  try {
    await createApiClient(credential).revokeToken(tokenId);
    return true;
  } catch (error) {
    return error instanceof ApiError && [401, 404].includes(error.status);
  }
}
