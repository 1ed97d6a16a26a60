/** `pullgate login` and `pullgate logout`: a sign-in becomes a stored token of its own, which signing out revokes. */

import { hostname } from 'node:os';
import type { ApiToken, CreateApiToken, Session } from '@pullgate/protocol';
import { createApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { CliError, toUsageError } from '../cli-error.ts';
import { type Command, type Context, findCredential, parseServer, type TargetOptions } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { fetchJson, fetchResponse, useProxies } from '../http.ts';
import { printJson } from '../listing.ts';
import { deleteLocalSession } from '../local-agent.ts';
import { signInByDevice } from '../sign-in/device-flow.ts';
import {
  findLocalAgent,
  type LocalAgent,
  type MachineSignIn,
  signMachineIn,
  toWrongOrganization,
} from '../sign-in/machine-session.ts';

export interface LoginOptions extends TargetOptions {
  readonly withToken?: boolean;
  readonly password?: boolean;
  readonly email?: string;
  /** `false` with `--no-browser`. */
  readonly browser?: boolean;
  readonly machine?: boolean;
  readonly proxyPac?: string;
  readonly json?: boolean;
}

type Organization = Session['organizations'][number];

/** What a way of signing in gives: what is stored, and the token that the agent is handed. */
interface SignedIn {
  readonly credential: Credential;
  readonly sessionToken: string;
}

export const runLogin: Command<LoginOptions> = async (context, options) => {
  if (options.proxyPac !== undefined) useProxies({ ...context.config.proxies, pac: options.proxyPac });
  const agent = await findLocalAgent(context, options.server);
  if (options.machine === true && agent === undefined) {
    throw new CliError('AGENT_UNREACHABLE', 'no agent answers on this machine', {
      hint: 'start it: pullgate up, or pullgate agent run',
    });
  }
  const server = chooseServer(context, options, agent);
  const { credential, sessionToken } = await signIn(context, options, server);
  const machine = await signMachineIn(agent, server, sessionToken);
  // a session that nobody keeps would be one more thing to steal
  if (machine.state === 'skipped' && options.withToken !== true) await endSession(server, sessionToken);
  const agentSocket = context.credentials.list().find((entry) => entry.server === server)?.agentSocket;
  context.credentials.save({ ...credential, ...(agentSocket === undefined ? {} : { agentSocket }) });
  report(context, options, credential, machine);
  if (machine.state === 'wrong-organization') throw toWrongOrganization(machine.session);
  return machine.state === 'skipped' && options.machine === true ? 1 : 0;
};

function chooseServer(context: Context, options: LoginOptions, agent: LocalAgent | undefined): string {
  const wanted =
    options.server ?? context.config.server ?? agent?.status.server ?? context.credentials.list()[0]?.server;
  if (wanted === undefined)
    throw toUsageError('no server is known yet', 'name it: pullgate login --server URL');
  return parseServer(wanted);
}

async function signIn(context: Context, options: LoginOptions, server: string): Promise<SignedIn> {
  if (options.withToken === true) {
    const credential = await signInByToken(context, options, server);
    return { credential, sessionToken: credential.token };
  }
  const isByPassword = options.password === true || options.email !== undefined;
  const sessionToken = isByPassword
    ? await signInByPassword(context, options, server)
    : await signInByDevice(context, server, options.browser !== false);
  try {
    return { credential: await makeToken(context, options, server, sessionToken), sessionToken };
  } catch (error) {
    // a session that nobody keeps would be one more thing to steal; why the sign-in failed matters more than this
    await endSession(server, sessionToken).catch(() => undefined);
    throw error;
  }
}

const MACHINE_TEXTS = {
  satisfied: 'this machine: sign-in satisfied',
  'not-asked': 'this machine: signed in, though it asks for none',
  'wrong-organization': 'this machine: another organization is asked for',
} as const;

function report(
  context: Context,
  options: LoginOptions,
  { server, organization, email }: Credential,
  machine: MachineSignIn,
): void {
  const { terminal } = context;
  if (options.json === true) {
    printJson(terminal, { server, organization, email, machine: machine.state });
  } else if (machine.state === 'skipped') {
    terminal.out(`signed in to ${organization} at ${server} as ${email}`);
    if (machine.why !== undefined) terminal.err(`  ${machine.why}`);
  } else {
    terminal.out(`signed in as ${email} · ${organization} · ${MACHINE_TEXTS[machine.state]}`);
  }
}

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

/** @returns the token of a new session */
async function signInByPassword(context: Context, options: LoginOptions, server: string): Promise<string> {
  const { terminal } = context;
  if (!terminal.isInteractive) {
    throw new CliError(
      'CONFIRMATION_NEEDED',
      'e-mail and password cannot be asked here: there is no terminal',
      {
        hint: 'leave --password out for a code, or pipe a token in: pullgate login --with-token < token.txt',
        exitCode: 2,
      },
    );
  }
  const email = options.email ?? (await terminal.ask('E-mail: ')).trim();
  const password = await terminal.ask('Password: ', { isHidden: true });
  return await fetchSessionToken(server, email, password);
}

/** A token of its own for this command: it can be seen and revoked by itself. */
async function makeToken(
  context: Context,
  options: LoginOptions,
  server: string,
  sessionToken: string,
): Promise<Credential> {
  const headers = { authorization: `Bearer ${sessionToken}` };
  const session = await fetchJson<Session>(server, { path: '/api/v1/session', headers });
  const { slug } = chooseOrganization(context, options, session);
  // without scopes the server gives all that the person's role has
  const body: CreateApiToken = { name: `pullgate on ${hostname()}`.slice(0, 100) };
  const token = await fetchJson<ApiToken>(server, {
    method: 'POST',
    path: `/api/v1/organizations/${slug}/tokens`,
    body,
    headers,
  });
  const { email } = session.user;
  return { server, organization: slug, token: token.token ?? '', tokenId: token.id, email };
}

/** @throws CliError SIGN_IN_FAILED for a wrong e-mail or password */
async function fetchSessionToken(server: string, email: string, password: string): Promise<string> {
  try {
    const { token } = await fetchJson<{ readonly token?: string }>(server, {
      method: 'POST',
      path: '/api/auth/sign-in/email',
      body: { email, password },
      headers: { origin: server },
    });
    if (token !== undefined) return token;
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 401, 403].includes(error.status)) throw error;
    throw new CliError('SIGN_IN_FAILED', 'e-mail and password do not fit', {
      hint: 'try again; or by a code, in a browser: pullgate login',
      cause: error,
    });
  }
  throw new CliError('SIGN_IN_FAILED', 'this account needs a second factor', {
    hint: 'sign in by a code, in a browser: pullgate login',
  });
}

async function endSession(server: string, sessionToken: string): Promise<void> {
  await fetchResponse(server, {
    method: 'POST',
    path: '/api/auth/sign-out',
    body: {},
    headers: { authorization: `Bearer ${sessionToken}`, origin: server },
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
  const isMachineLeft = await leaveMachine(context, credential);
  if (credential === undefined && !isMachineLeft) {
    throw new CliError('NOT_SIGNED_IN', 'not signed in', { hint: 'nothing to do; see: pullgate status' });
  }
  const isRevoked = credential?.tokenId !== undefined && (await revoke(credential, credential.tokenId));
  if (credential !== undefined) context.credentials.remove(credential);
  const { terminal } = context;
  if (options.json === true) {
    const { server, organization } = credential ?? {};
    printJson(terminal, { server, organization, revoked: isRevoked, machine: isMachineLeft });
    return 0;
  }
  if (credential !== undefined) {
    terminal.out(`signed out of ${credential.organization} at ${credential.server}`);
    if (!isRevoked) terminal.err('  its token is forgotten here but still good: pullgate token list');
  }
  if (isMachineLeft) terminal.out('signed out on this machine');
  terminal.err('  this machine keeps enforcing: it is enrolled, not signed in');
  return 0;
};

/** Whether a sign-in of this machine was there, and is no more. */
async function leaveMachine(context: Context, credential: Credential | undefined): Promise<boolean> {
  const agent = await findLocalAgent(context, credential?.server);
  if (agent?.status.signIn?.session === undefined) return false;
  // signing out of one server leaves the machine's sign-in at another alone
  if (credential !== undefined && agent.status.server !== credential.server) return false;
  await deleteLocalSession(agent.socketPath);
  return true;
}

/** Whether the server took the token back; it may be away, or the token may have ended already. */
async function revoke(credential: Credential, tokenId: string): Promise<boolean> {
  try {
    await createApiClient(credential).revokeToken(tokenId);
    return true;
  } catch (error) {
    return error instanceof ApiError && [401, 404].includes(error.status);
  }
}
