/** `pullgate status`: what this machine obeys and how it is, in a few lines. */

import type { LocalStatus } from '@pullgate/protocol';
import { createApiClient } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import { type Command, type Context, findCredential, type TargetOptions } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { printJson } from '../listing.ts';
import { fetchLocalStatus, findAgentSocket } from '../local-agent.ts';
import { toAddressOrName } from '../unknown-address.ts';
import { formatNumber, formatShortDuration, toPrintable } from '../wording.ts';

export interface StatusOptions extends TargetOptions {
  readonly json?: boolean;
}

/** What is known of the person's own sign-in. */
interface SignIn {
  readonly server: string;
  readonly organization: string;
  readonly email?: string;
  readonly state: 'good' | 'refused' | 'unreachable';
}

const MODE_WORDS: Readonly<Record<string, string>> = {
  enforce: 'enforced',
  observe: 'observed only',
  off: 'off',
};

export const runStatus: Command<StatusOptions> = async (context, options) => {
  const credential = findCredential(context, options);
  const socket = findAgentSocket(context.config, credential);
  const agent = socket === undefined ? undefined : await fetchLocalStatus(socket);
  const signIn = credential === undefined ? undefined : await fetchSignIn(credential);
  if (agent === undefined && signIn === undefined) {
    throw new CliError('AGENT_UNREACHABLE', 'no agent runs here, and you are not signed in', {
      hint: 'start both: pullgate up   (or sign in: pullgate login --server URL)',
    });
  }
  if (options.json === true) printJson(context.terminal, { agent, signIn });
  else for (const line of formatStatus(context, agent, signIn)) context.terminal.out(line);
  return agent?.rejected === undefined ? 0 : 1;
};

async function fetchSignIn(credential: Credential): Promise<SignIn> {
  const { server, organization } = credential;
  try {
    const session = await createApiClient(credential).fetchSession();
    return { server, organization, email: toAddressOrName(session.user), state: 'good' };
  } catch (error) {
    const isUnreachable = error instanceof CliError && error.code === 'SERVER_UNREACHABLE';
    return {
      server,
      organization,
      ...(credential.email === undefined ? {} : { email: credential.email }),
      state: isUnreachable ? 'unreachable' : 'refused',
    };
  }
}

function formatStatus(
  context: Context,
  agent: LocalStatus | undefined,
  signIn: SignIn | undefined,
): readonly string[] {
  if (agent === undefined) {
    return [
      `${signIn?.organization} · no agent runs on this machine · ${formatSignIn(signIn)}`,
      `  server    ${signIn?.server}${signIn?.state === 'unreachable' ? '   does not answer' : ''}`,
      '  start it: pullgate up, or pullgate machine enroll',
    ];
  }
  return [
    formatHeadline(context, agent, signIn),
    ...formatParts(context, agent),
    ...formatRequired(context, agent),
    ...formatTroubles(context, agent),
  ];
}

function formatHeadline(context: Context, agent: LocalStatus, signIn: SignIn | undefined): string {
  const { policy } = agent;
  const parts = [
    context.terminal.paint('bold', toPrintable(agent.organization?.slug ?? 'not enrolled')),
    ...(policy === undefined
      ? [agent.organization === undefined ? 'nothing enforced' : 'no policy yet: everything is denied']
      : [
          MODE_WORDS[policy.mode] ?? policy.mode,
          `r${policy.revision}, ${formatShortDuration(context.now() - policy.takenAt)} old`,
        ]),
    formatSession(context, agent) ?? formatSignIn(signIn),
  ];
  return parts.join(' · ');
}

const DAY_MS = 86_400_000;
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The person's session on this machine, with how long it lasts without the server; agents before 0.2 tell of none. */
function formatSession(context: Context, agent: LocalStatus): string | undefined {
  const session = (agent as Partial<LocalStatus>).signIn?.session;
  if (session === undefined) return undefined;
  const who = toPrintable(session.email);
  const leftMs = session.goodUntil - context.now();
  if (session.expired || leftMs <= 0) return `session of ${who} is past its offline limit`;
  const until =
    leftMs < DAY_MS ? `for ${formatShortDuration(leftMs)} more` : `until ${DAY.format(session.goodUntil)}`;
  return `signed in as ${who} (session good offline ${until})`;
}

/** Which mechanism enforces sign-in, what it requires, and what is to be done where that is not met. */
function formatRequired(context: Context, agent: LocalStatus): readonly string[] {
  const signIn = (agent as Partial<LocalStatus>).signIn;
  if (signIn === undefined || signIn.mechanism === 'none') return [];
  const place = toPrintable(signIn.place ?? signIn.mechanism);
  if (signIn.problem !== undefined) {
    return [
      `  sign-in   ${place} ${context.terminal.paint('red', 'cannot be read')}: ${toPrintable(signIn.problem)}`,
    ];
  }
  const orgs = signIn.allowedOrgs.length === 0 ? agent.organization?.slug : signIn.allowedOrgs.join(' or ');
  return [`  sign-in   ${place} requires ${toPrintable(orgs ?? '')}${formatLacking(signIn)}`];
}

function formatLacking({ state, session }: LocalStatus['signIn']): string {
  if (state !== 'required') return '';
  if (session === undefined) return ': run "pullgate login"';
  if (session.expired) return ': bring the machine on the network, or run "pullgate login"';
  const own = session.organizations.length === 0 ? 'no organization' : session.organizations.join(', ');
  return `, and your session is of ${toPrintable(own)}: run "pullgate login" with another account`;
}

function formatSignIn(signIn: SignIn | undefined): string {
  if (signIn === undefined) return 'not signed in';
  const who = toPrintable(signIn.email ?? signIn.organization);
  if (signIn.state === 'refused') return `sign-in of ${who} has ended (pullgate login)`;
  return `signed in as ${who}`;
}

function formatParts(context: Context, agent: LocalStatus): readonly string[] {
  const { state, since, error } = agent.connection;
  const away = `${state} for ${formatShortDuration(context.now() - since)}${error === undefined ? '' : `: ${error}`}`;
  return [
    `  server    ${state === 'connected' ? state : toPrintable(away)}   ${agent.server ?? ''}`.trimEnd(),
    ...agent.points.map(formatPoint),
    ...(agent.policy?.catalog === undefined ? [] : [`  catalog   ${toPrintable(agent.policy.catalog)}`]),
  ];
}

/** A point that is off has counted nothing; why it is off stands where the others count. */
function formatPoint(point: LocalStatus['points'][number]): string {
  const { name, state, allowedToday, deniedToday } = point;
  const head = `  ${name.padEnd(7)}   ${state.padEnd(3)}`;
  const counts = `${formatNumber(allowedToday)} allowed   ${formatNumber(deniedToday)} denied today   `;
  return `${head}   ${state === 'on' ? counts : ''}${toPrintable(point.detail)}`;
}

function formatTroubles(context: Context, agent: LocalStatus): readonly string[] {
  const { rejected, policy, log } = agent;
  return [
    ...(rejected === undefined
      ? []
      : [
          `  ${context.terminal.paint('red', 'rejected')}  ${toPrintable(rejected.message)} [${toPrintable(rejected.code)}]`,
        ]),
    ...(policy?.goodUntil === undefined || agent.connection.state === 'connected'
      ? []
      : [
          `  policy    good without the server for ${formatShortDuration(Math.max(0, policy.goodUntil - context.now()))} more`,
        ]),
    ...(log.dropped === 0 ? [] : [`  log       ${formatNumber(log.dropped)} decisions were lost`]),
  ];
}
