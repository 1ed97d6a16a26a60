/**
 * Which of several callbacks that a browser sends at once goes on. better-auth looks the state up and deletes it later: two would both
 * redeem the code, and a provider that sees its code twice takes back what it gave for it, so that both were refused.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Auth } from '../../sign-in/sign-in.ts';

/** As long as better-auth keeps a state. */
const STATE_LIFE_MS = 10 * 60_000;

/** False for every answer but the first that comes with the browser's own cookie; what comes without it is left to better-auth to refuse. */
export async function isFirstAnswer(auth: Auth, request: Request, state: string): Promise<boolean> {
  const { internalAdapter, createAuthCookie, secret } = await auth.$context;
  const cookie = cookieOf(request, createAuthCookie('state').name);
  // A stranger who saw the address must not use up the browser's only try.
  if (cookie === undefined || !isSigned(cookie, state, secret)) return true;
  return await internalAdapter.reserveVerificationValue({
    identifier: `single-sign-on answer ${state}`,
    value: '',
    expiresAt: new Date(Date.now() + STATE_LIFE_MS),
  });
}

function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(/; */);
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** better-auth's form of a signed cookie: value, dot, HMAC-SHA256 in base64, percent-encoded as a whole. */
function isSigned(cookie: string, state: string, secret: string): boolean {
  const expected = `${state}.${createHmac('sha256', secret).update(state).digest('base64')}`;
  const [known, given] = [Buffer.from(encodeURIComponent(expected)), Buffer.from(cookie)];
  return known.length === given.length && timingSafeEqual(known, given);
}
