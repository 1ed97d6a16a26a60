/** Undoes a sign-in that failed on its way: what nobody keeps would be one more thing to steal. */

import { createApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import type { Credential } from '../credentials.ts';
import { fetchResponse } from '../http.ts';
import { deleteLocalSession } from '../local-agent.ts';

/** What a way of signing in gives: what is stored, and the token that the agent is handed. */
export interface SignedIn {
  readonly credential: Credential;
  readonly sessionToken: string;
  /** Whether `sessionToken` was made here; a token that somebody piped in is theirs. */
  readonly isOwnSession: boolean;
}

/**
 * Ends the session and revokes the token that were made, and signs the account out of the agent at `socketPath`.
 * @returns whether all of it was taken back; never throws, because why the sign-in failed matters more
 */
export async function takeBack(
  { credential, sessionToken, isOwnSession }: SignedIn,
  socketPath: string | undefined,
): Promise<boolean> {
  const works = [
    // through the agent first, which hears of it at once
    async () => socketPath !== undefined && (await deleteLocalSession(socketPath)),
    async () =>
      credential.tokenId !== undefined && (await createApiClient(credential).revokeToken(credential.tokenId)),
    async () => isOwnSession && (await endSession(credential.server, sessionToken)),
  ];
  let isDone = true;
  for (const work of works) isDone = (await succeeds(work)) && isDone;
  return isDone;
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    // what the server does not know any more is taken back
    return error instanceof ApiError && [401, 404].includes(error.status);
  }
}

export async function endSession(server: string, sessionToken: string): Promise<void> {
  await fetchResponse(server, {
    method: 'POST',
    path: '/api/auth/sign-out',
    body: {},
    headers: { authorization: `Bearer ${sessionToken}`, origin: server },
  });
}
