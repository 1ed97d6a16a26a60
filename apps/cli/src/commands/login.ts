/** `pullgate login`: a sign-in becomes a stored token of its own, and the agent's session. Leaves taking both back to `logout.ts`. */

import { hostname } from 'node:os';
import {
  type ApiToken,
  type CreateApiToken,
  type Session,
  SIGN_IN_FOR_HEADER,
  SIGN_IN_FOR_MACHINE,
} from '@pullgate/protocol';
import { ApiError } from '../api-error.ts';
import { CliError, toUsageError } from '../cli-error.ts';
import { type Command, type Context, parseServer, type TargetOptions } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { fetchJson, useProxies } from '../http.ts';
import { printJson } from '../listing.ts';
import { signInByDevice } from '../sign-in/device-flow.ts';
import {
  findLocalAgent,
  type LocalAgent,
  type MachineSignIn,
  signMachineIn,
  toWrongOrganization,
} from '../sign-in/machine-session.ts';
import { endSession, type SignedIn, takeBack } from '../sign-in/take-back.ts';
import { toPrintable } from '../wording.ts';

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

export const runLogin: Command<LoginOptions> = async (context, options) => {
  if (options.proxyPac !== undefined) useProxies({ ...context.config.proxies, pac: options.proxyPac });
  const agent = await findLocalAgent(context, options.server);
  if (options.machine === true && agent === undefined) {
    throw new CliError('AGENT_UNREACHABLE', 'no agent answers on this machine', {
      hint: 'start it: pullgate up, or pullgate agent run',
    });
  }
  const server = chooseServer(context, options, agent);
  const signedIn = await signIn(context, options, server);
  const machine = await useOnMachine(context, options, agent, signedIn);
  if (machine.state === 'skipped' && signedIn.isOwnSession) await endUnused(context, signedIn);
  report(context, options, signedIn.credential, machine);
  // it stays signed in, so that engines are told which account is the wrong one; logout takes it back
  if (machine.state === 'wrong-organization') throw toWrongOrganization(machine.session);
  return 0;
};

/** Hands the sign-in to the agent and stores it; what goes wrong on the way leaves nothing of it behind. */
async function useOnMachine(
  context: Context,
  options: LoginOptions,
  agent: LocalAgent | undefined,
  signedIn: SignedIn,
): Promise<MachineSignIn> {
  let socketPath: string | undefined;
  try {
    const machine = await signMachineIn(agent, signedIn.credential.server, signedIn.sessionToken);
    // an agent that did not take this session still has the one of before, which stays
    if (machine.state !== 'skipped') socketPath = agent?.socketPath;
    if (machine.state === 'skipped' && options.machine === true) throw machine.why ?? toNotEnrolled();
    store(context, signedIn.credential);
    return machine;
  } catch (error) {
    if (!(await takeBack(signedIn, socketPath))) sayWhatIsLeft(context, signedIn);
    throw error;
  }
}

/** The agent did not take the session, and this command has a token of its own. */
async function endUnused(context: Context, signedIn: SignedIn): Promise<void> {
  try {
    await endSession(signedIn.credential.server, signedIn.sessionToken);
  } catch {
    sayWhatIsLeft(context, signedIn);
  }
}

const sayWhatIsLeft = ({ terminal }: Context, { credential: { server } }: SignedIn): void =>
  terminal.err(`a session could not be ended; end it there: ${server}/account`);

const toNotEnrolled = (): CliError =>
  new CliError('SIGN_IN_FAILED', 'this machine obeys no control plane yet', {
    hint: 'enrol it: sudo pullgate machine enroll',
  });

function store({ credentials }: Context, credential: Credential): void {
  const agentSocket = credentials.list().find(({ server }) => server === credential.server)?.agentSocket;
  credentials.save({ ...credential, ...(agentSocket === undefined ? {} : { agentSocket }) });
}

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
    return { credential, sessionToken: credential.token, isOwnSession: false };
  }
  const isByPassword = options.password === true || options.email !== undefined;
  const sessionToken = isByPassword
    ? await signInByPassword(context, options, server)
    : await signInByDevice(context, server, options.browser !== false);
  try {
    const credential = await makeToken(context, options, server, sessionToken);
    return { credential, sessionToken, isOwnSession: true };
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
    const { why } = machine;
    const where = `signed in to ${organization} at ${server} as ${email}`;
    terminal.out(why === undefined ? where : `${where} · not on this machine`);
    if (why !== undefined) terminal.err(`  ${toPrintable(why.message)}`);
    if (why?.hint !== undefined) terminal.err(`  ${why.hint}`);
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
      headers: { origin: server, [SIGN_IN_FOR_HEADER]: SIGN_IN_FOR_MACHINE },
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
