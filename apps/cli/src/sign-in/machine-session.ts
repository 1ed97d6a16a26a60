/** The sign-in of this machine: hands the session to the agent, which keeps it. */

import type { CodedError } from '@pullgate/errors';
import type { LocalSession, LocalStatus } from '@pullgate/protocol';
import { ApiError } from '../api-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { fetchLocalStatus, findAgentSocket, postLocalSession } from '../local-agent.ts';

/** An agent that answers. */
export interface LocalAgent {
  readonly socketPath: string;
  readonly status: LocalStatus;
}

export type MachineSignIn =
  | { readonly state: 'satisfied' | 'not-asked' | 'wrong-organization'; readonly session: LocalSession }
  /** `why` is absent where nothing on this machine asks for a sign-in. */
  | { readonly state: 'skipped'; readonly why?: CodedError };

export async function findLocalAgent(context: Context, server?: string): Promise<LocalAgent | undefined> {
  const entry = context.credentials.list().find((one) => server === undefined || one.server === server);
  const socketPath = findAgentSocket(context.config, entry);
  if (socketPath === undefined) return undefined;
  try {
    return { socketPath, status: await fetchLocalStatus(socketPath) };
  } catch {
    return undefined;
  }
}

export async function signMachineIn(
  agent: LocalAgent | undefined,
  server: string,
  token: string,
  timeoutMs?: number,
): Promise<MachineSignIn> {
  const pinned = agent?.status.server;
  if (agent === undefined || pinned === undefined) return { state: 'skipped' };
  if (new URL(pinned).origin !== server) return { state: 'skipped', why: toElsewhere(pinned) };
  try {
    const session = await postLocalSession(agent.socketPath, token, timeoutMs);
    if (session.requiredOrgs.length === 0) return { state: 'not-asked', session };
    return { state: session.allowed ? 'satisfied' : 'wrong-organization', session };
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof CliError)) throw error;
    return { state: 'skipped', why: error };
  }
}

const toElsewhere = (pinned: string): CliError =>
  new CliError('SIGN_IN_FAILED', `this machine obeys ${pinned}`, {
    hint: `sign in there too: pullgate login --server ${pinned}`,
  });

/** Ends with exit code 3, as everything that is denied. */
export function toWrongOrganization({ email, organizations, requiredOrgs }: LocalSession): CliError {
  const own = organizations.length === 0 ? 'no organization' : organizations.join(', ');
  return new CliError(
    'WRONG_ORGANIZATION',
    `this machine asks for an account of ${requiredOrgs.join(' or ')}; ${email} belongs to ${own}`,
    { hint: 'sign in with the other account: pullgate login', exitCode: 3 },
  );
}
