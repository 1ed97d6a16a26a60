/** A browser's way to the identity provider and back. better-auth does it; this finds the connection and words what fails. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { parseNext } from '../../http/next.ts';
import type { Origin } from '../../http/origin.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import { nonceOf, type SsoRequest, withSsoRequest } from '../../sign-in/plugins/single-sign-on.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { AccountService } from '../account/service.ts';
import { domainOfEmail } from '../domains/domain-name.ts';
import { askedBy, fetchDocument } from './discovery.ts';
import { isFirstAnswer } from './first-answer.ts';
import { refuseAddresses } from './issuer.ts';
import { readProvider } from './provider-row.ts';
import { type ConnectionRow, findByDomain, findByProvider } from './store.ts';

/** Where the browser goes next, with its cookies; or why it does not. */
export type Visit =
  | { readonly to: string; readonly response: Response }
  | { readonly failure: string; readonly organization?: string };

export interface VisitService {
  start(request: { email: string; next: string; headers: Headers; from: Origin }): Promise<Visit>;
  finish(request: { providerId: string; request: Request; from: Origin }): Promise<Visit>;
}

export interface VisitDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
  readonly publicUrl: () => string;
  readonly peopleChanges: PeopleChanges;
  readonly landing: AccountService['landing'];
}

export function createVisits(dependencies: VisitDependencies): VisitService {
  return {
    start: (request) => start(dependencies, request),
    finish: (request) => finish(dependencies, request),
  };
}

async function start(
  dependencies: VisitDependencies,
  { email, next, headers, from }: Parameters<VisitService['start']>[0],
): Promise<Visit> {
  const { db, signIn, publicUrl } = dependencies;
  const domain = domainOfEmail(email.trim().toLowerCase());
  const connection = domain === undefined ? undefined : await findByDomain(db, domain);
  if (connection === undefined) return { failure: 'no_connection' };
  const organization = connection.organization_name;
  const request = await prepare(dependencies, connection, from);
  if (request === undefined || !(await isUp(connection))) return { failure: 'provider_down', organization };
  const body = {
    providerId: connection.provider_id,
    loginHint: email.trim(),
    callbackURL: `${publicUrl()}${parseNext(next) ?? '/'}`,
    errorCallbackURL: `${publicUrl()}/sign-in/sso/failed`,
  };
  const response = await withSsoRequest(request, () =>
    signIn.auth().api.signInSSO({ body, headers, asResponse: true }),
  );
  if (!response.ok) return { failure: 'provider_down', organization };
  const url = new URL(((await response.json()) as { url: string }).url);
  const { secret } = await signIn.auth().$context;
  url.searchParams.set('nonce', nonceOf(secret, url.searchParams.get('state') ?? ''));
  return { to: url.href, response };
}

async function finish(
  dependencies: VisitDependencies,
  { providerId, request, from }: Parameters<VisitService['finish']>[0],
): Promise<Visit> {
  const { db, signIn, publicUrl, peopleChanges, landing } = dependencies;
  const connection = await findByProvider(db, providerId);
  if (connection === undefined) return { failure: 'sso_off' };
  const organization = connection.organization_name;
  const prepared = await prepare(dependencies, connection, from);
  if (prepared === undefined) return { failure: 'provider_down', organization };
  const { secret } = await signIn.auth().$context;
  const state = new URL(request.url).searchParams.get('state') ?? '';
  if (!(await isFirstAnswer(signIn.auth(), request, state)))
    return { failure: 'state_mismatch', organization };
  const sso: SsoRequest = { ...prepared, nonce: nonceOf(secret, state) };
  const response = await withSsoRequest(sso, () => signIn.handle(request));
  const to = URL.canParse(response.headers.get('location') ?? '', publicUrl())
    ? new URL(response.headers.get('location') ?? '', publicUrl())
    : undefined;
  const isFailure = to === undefined || to.origin !== publicUrl() || to.searchParams.has('error');
  if (sso.admitted === undefined || response.status !== 302 || isFailure) {
    return { failure: await codeOf(to, connection), organization };
  }
  const { organizationId, userId } = sso.admitted;
  peopleChanges.publish({ organizationId, userIds: [userId] });
  return { to: await landing(userId, `${to.pathname}${to.search}`), response };
}

/** The hosts of the connection, judged again: its names may point elsewhere by now. */
async function prepare(
  { signIn }: VisitDependencies,
  { provider_id }: ConnectionRow,
  from: Origin,
): Promise<SsoRequest | undefined> {
  const config = await readProvider(signIn.auth(), provider_id);
  if (config === undefined) return undefined;
  const urls = askedBy(config);
  try {
    await refuseAddresses(urls);
  } catch (error) {
    if (error instanceof ControlPlaneError) return undefined;
    throw error;
  }
  return { endpoints: new Set(urls.map((url) => new URL(url).origin)), from };
}

/** A browser that is sent to a provider that is down shows its own error, which tells nobody what to do. */
async function isUp({ issuer }: ConnectionRow): Promise<boolean> {
  return await fetchDocument(issuer).then(
    () => true,
    () => false,
  );
}

async function codeOf(to: URL | undefined, connection: ConnectionRow): Promise<string> {
  const code = to?.searchParams.get('error') ?? 'sso_failed';
  // better-auth says the same of a wrong token and of a provider that went away meanwhile.
  const isAway = code === 'invalid_provider' || code === 'sso_failed' || code === 'discovery_failed';
  return isAway && !(await isUp(connection)) ? 'provider_down' : code;
}
