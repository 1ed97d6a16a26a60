/** `pullgate logout`: revokes the stored token, forgets it, and signs this account out on the machine. */

import { createApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { CliError } from '../cli-error.ts';
import { type Command, type Context, findCredential, type TargetOptions } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { printJson } from '../listing.ts';
import { deleteLocalSession } from '../local-agent.ts';
import { findLocalAgent } from '../sign-in/machine-session.ts';

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
