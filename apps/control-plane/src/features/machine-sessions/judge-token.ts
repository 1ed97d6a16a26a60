/** Finds the person of a token given on a machine: a session token of better-auth, or an API token. */

import { ControlPlaneError } from '../../errors.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { TokenService } from '../tokens/service.ts';

export interface JudgedToken {
  readonly userId: string;
  readonly sessionId?: string;
  readonly tokenId?: string;
}

/** Anything else cannot stand in a header. */
const PRINTABLE = /^[\x21-\x7e]{1,512}$/;
const API_TOKEN = /^pgt_/;

/** @throws ControlPlaneError TOKEN_INVALID, TOKEN_EXPIRED */
export function createTokenJudge(tokens: TokenService, signIn: SignIn) {
  return async (token: string): Promise<JudgedToken> => {
    if (API_TOKEN.test(token)) {
      const { userId, tokenId } = await tokens.authenticate(token);
      return tokenId === undefined ? { userId } : { userId, tokenId };
    }
    const headers = PRINTABLE.test(token) ? new Headers({ authorization: `Bearer ${token}` }) : undefined;
    const found = headers === undefined ? null : await signIn.auth().api.getSession({ headers });
    if (found === null) {
      throw new ControlPlaneError('TOKEN_INVALID', 'the sign-in is unknown or has ended', {
        hint: 'sign in again: pullgate login',
      });
    }
    return { userId: found.user.id, sessionId: found.session.id };
  };
}
