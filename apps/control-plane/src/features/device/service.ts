/** Sign-in on a device by a code that a person allows in their browser (RFC 8628). Codes and sessions are better-auth's. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { Origin } from '../../http/origin.ts';
import { DEVICE_CODE_LIFE_S } from '../../sign-in/plugins/device-flow.ts';
import type { SessionUser, SignIn } from '../../sign-in/sign-in.ts';
import { findCode, findRequest, insertRequest, isActiveSomewhere, purgeRequests } from './store.ts';

/** Where a code was asked for. */
export interface DeviceRequest {
  readonly userCode: string;
  readonly machineName: string;
  readonly login: string;
  readonly address: string;
  readonly createdAt: number;
}

/** What a person's code leads to. */
export type FoundCode =
  | { readonly state: 'pending'; readonly request: DeviceRequest }
  | { readonly state: 'unknown' | 'used' | 'expired' };

export type Decision = 'allow' | 'deny';
/** `inactive`: the person is no active member of any organization. */
export type Outcome = 'allowed' | 'denied' | 'inactive' | 'unknown' | 'used' | 'expired';

export interface DeviceService {
  /** better-auth's answer, whose code is kept with the place that it was asked from. */
  requestCode(wish: CodeWish, from: Origin, headers: Headers): Promise<Response>;
  /** better-auth's answer: a new session for the device, or an error of RFC 8628, 3.5. */
  exchange(wish: TokenWish, headers: Headers): Promise<Response>;
  person(headers: Headers): Promise<SessionUser | undefined>;
  find(userCode: string): Promise<FoundCode>;
  /** What the person decided, in the name of the session in the headers. */
  decide(person: SessionUser, userCode: string, decision: Decision, headers: Headers): Promise<Outcome>;
}

export interface CodeWish {
  readonly clientId: string;
  readonly scope?: string;
  readonly machineName: string;
  readonly login: string;
}

export interface TokenWish {
  readonly grantType: string;
  readonly deviceCode: string;
  readonly clientId: string;
}

export interface DeviceDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
  readonly clock: () => number;
}

/** So long a page can still say that a code has expired or was used. */
const REMEMBERED_MS = 3_600_000;
const PURGE_EVERY_MS = 60_000;
const LIFE_MS = DEVICE_CODE_LIFE_S * 1000;

export function createDeviceService(dependencies: DeviceDependencies): DeviceService {
  const { db, signIn, clock } = dependencies;
  const purge = createPurge(dependencies);
  return {
    async requestCode(wish, from, headers) {
      await purge();
      const { clientId, scope } = wish;
      const body = { client_id: clientId, ...(scope === undefined ? {} : { scope }) };
      const response = await signIn.auth().api.deviceCode({ body, headers, asResponse: true });
      if (response.ok) await remember(dependencies, response, wish, from);
      return response;
    },
    exchange: (wish, headers) => exchange(dependencies, wish, headers),
    person: (headers) => signIn.session(headers),
    find: (userCode) => find(db, clock(), userCode),
    decide: (person, userCode, decision, headers) =>
      decide(dependencies, person, userCode, decision, headers),
  };
}

/** A code as people write it, with hyphen, blanks and small letters, as it is kept. */
export function normalizeUserCode(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}

async function remember(
  { db, clock }: DeviceDependencies,
  response: Response,
  { machineName, login }: CodeWish,
  { address, userAgent }: Origin,
): Promise<void> {
  const { user_code } = (await response.clone().json()) as { user_code: string };
  await insertRequest(db, {
    user_code,
    organization_id: null,
    machine_name: machineName,
    login,
    address,
    user_agent: userAgent ?? null,
    created_at: clock(),
  });
}

async function find(db: Kysely<Database>, now: number, text: string): Promise<FoundCode> {
  const userCode = normalizeUserCode(text);
  const row = await findRequest(db, userCode);
  if (row === undefined) return { state: 'unknown' };
  const code = await findCode(db, userCode);
  if (code !== undefined && code.status !== 'pending') return { state: 'used' };
  if (row.created_at + LIFE_MS <= now) return { state: 'expired' };
  if (code === undefined) return { state: 'used' };
  const { machine_name: machineName, login, address, created_at: createdAt } = row;
  return { state: 'pending', request: { userCode, machineName, login, address, createdAt } };
}

async function decide(
  { db, signIn, clock }: DeviceDependencies,
  person: SessionUser,
  text: string,
  decision: Decision,
  headers: Headers,
): Promise<Outcome> {
  const found = await find(db, clock(), text);
  if (found.state !== 'pending') return found.state;
  if (decision === 'allow' && !(await isActiveSomewhere(db, person.userId))) return 'inactive';
  const { api } = signIn.auth();
  const { userCode } = found.request;
  // binds the code to this person; nobody else can decide about it any more
  await api.deviceVerify({ query: { user_code: userCode }, headers, asResponse: true });
  const settle = decision === 'allow' ? api.deviceApprove : api.deviceDeny;
  const response = await settle({ body: { userCode }, headers, asResponse: true });
  if (!response.ok) return 'used';
  return decision === 'allow' ? 'allowed' : 'denied';
}

/**
 * The session is new, and the device's alone. Whoever was deactivated between allowing the code and this exchange would get a
 * session after all others of theirs were ended: it is looked for when the session is there, so that no gap is left.
 */
async function exchange(
  { db, signIn }: DeviceDependencies,
  { grantType, deviceCode, clientId }: TokenWish,
  headers: Headers,
): Promise<Response> {
  const body = {
    grant_type: grantType as 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    client_id: clientId,
  };
  const response = await signIn.auth().api.deviceToken({ body, headers, asResponse: true });
  if (!response.ok) return response;
  const { access_token: token } = (await response.clone().json()) as { access_token: string };
  const { internalAdapter } = await signIn.auth().$context;
  const found = await internalAdapter.findSession(token);
  if (found !== null && (await isActiveSomewhere(db, found.user.id))) return response;
  await internalAdapter.deleteSession(token);
  const error = { error: 'access_denied', error_description: 'the person is no active member' };
  return Response.json(error, { status: 400 });
}

/** Removes what no page speaks of any more, once a minute at most. */
function createPurge({ db, signIn, clock }: DeviceDependencies): () => Promise<void> {
  let last = 0;
  return async () => {
    const now = clock();
    if (now - last < PURGE_EVERY_MS) return;
    last = now;
    await purgeRequests(db, now - REMEMBERED_MS);
    const { adapter } = await signIn.auth().$context;
    await adapter.deleteMany({
      model: 'deviceCode',
      where: [{ field: 'expiresAt', operator: 'lt', value: new Date(now - REMEMBERED_MS) }],
    });
  };
}
