/** Signs in by a code that the person allows in any browser (RFC 8628). */

import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { fetchAnswer } from '../http.ts';
import { toPrintable } from '../wording.ts';
import { openBrowser } from './open-browser.ts';

interface Codes {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

const CLIENT_ID = 'pullgate-cli';
/** RFC 8628, 3.5: this much is added at `slow_down`. */
const SLOW_DOWN_S = 5;

/**
 * The token of a session that belongs to this sign-in alone.
 * @throws CliError SIGN_IN_FAILED, SERVER_UNREACHABLE
 */
export async function signInByDevice(
  context: Context,
  server: string,
  isBrowserWanted: boolean,
): Promise<string> {
  const codes = await requestCodes(context, server);
  const url = toPrintable(codes.verification_uri_complete);
  context.terminal.err(`open this address in a browser   ${url}`);
  context.terminal.err(`and allow this code there        ${formatCode(toPrintable(codes.user_code))}`);
  if (isBrowserWanted && context.config.hasDesktop) openBrowser(url);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  try {
    return await poll(context, server, codes, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CliError('SIGN_IN_FAILED', 'sign-in was given up; nothing was changed', { exitCode: 2 });
  } finally {
    process.removeListener('SIGINT', onSignal);
  }
}

const formatCode = (code: string): string =>
  code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;

async function requestCodes(context: Context, server: string): Promise<Codes> {
  const answer = await fetchAnswer(server, {
    method: 'POST',
    path: '/api/auth/device/code',
    body: {
      client_id: CLIENT_ID,
      machine_name: toPrintable(hostname()).slice(0, 128),
      login: toPrintable(context.config.account).slice(0, 64),
    },
  });
  const codes = (await toJson(answer)) as Partial<Codes> | undefined;
  if (answer.ok && typeof codes?.device_code === 'string') return codes as Codes;
  throw new CliError('SERVER_ANSWER_INVALID', `${server} gives no code to sign in with (${answer.status})`, {
    hint: 'sign in with e-mail and password instead: pullgate login --password',
  });
}

async function poll(context: Context, server: string, codes: Codes, signal: AbortSignal): Promise<string> {
  const until = context.now() + codes.expires_in * 1000;
  let interval = codes.interval;
  while (context.now() < until) {
    await sleep(interval * 1000, undefined, { signal });
    const answer = await ask(server, codes.device_code);
    if (answer === undefined) continue;
    if (typeof answer.access_token === 'string') return answer.access_token;
    if (answer.error === 'slow_down') interval += SLOW_DOWN_S;
    else if (answer.error !== 'authorization_pending') throw toFailed(String(answer.error));
  }
  throw toFailed('expired_token');
}

type TokenAnswer = { readonly access_token?: unknown; readonly error?: unknown };

/** The server's word; undefined when there was none: a cut line or a gateway's page is no reason to begin anew. */
async function ask(server: string, deviceCode: string): Promise<TokenAnswer | undefined> {
  const body = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    client_id: CLIENT_ID,
  };
  try {
    const answer = await fetchAnswer(server, { method: 'POST', path: '/api/auth/device/token', body });
    const value = (await toJson(answer)) as TokenAnswer | undefined;
    return value?.access_token === undefined && value?.error === undefined ? undefined : value;
  } catch (error) {
    if (error instanceof CliError && error.code === 'SERVER_UNREACHABLE') return undefined;
    throw error;
  }
}

async function toJson(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

function toFailed(error: string): CliError {
  if (error === 'access_denied') {
    return new CliError('SIGN_IN_FAILED', 'the sign-in was denied in the browser', {
      hint: 'if that was a mistake: pullgate login',
    });
  }
  const isLate = error === 'expired_token' || error === 'invalid_grant';
  const message = isLate ? 'the code has expired or was used' : `the server refuses: ${toPrintable(error)}`;
  return new CliError('SIGN_IN_FAILED', message, { hint: 'for a new code: pullgate login' });
}
