/** Asks an identity provider where its endpoints are (OpenID Connect Discovery 1.0), by better-auth's own discovery. */

import { DiscoveryError, discoverOIDCConfig, fetchDiscoveryDocument } from '@better-auth/sso';
import { quote } from '@pullgate/errors';
import { ControlPlaneError } from '../../errors.ts';
import { refuseAddress, refuseAddresses } from './issuer.ts';

/** A person waits for it. */
const TIMEOUT_MS = 5000;

export interface Endpoints {
  readonly issuer: string;
  readonly discoveryEndpoint: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksEndpoint: string;
  readonly userInfoEndpoint?: string;
  readonly tokenEndpointAuthentication: 'client_secret_basic' | 'client_secret_post';
}

/** @throws ControlPlaneError SSO_PROVIDER_UNREACHABLE, SSO_CONNECTION_INVALID */
export async function discover(issuer: string): Promise<Endpoints> {
  const discoveryEndpoint = toDiscoveryUrl(issuer);
  await refuseAddresses([discoveryEndpoint]);
  const found = await inOurWords(issuer, () =>
    discoverOIDCConfig({ issuer, timeout: TIMEOUT_MS, isTrustedOrigin: isAsked }),
  );
  const { authorizationEndpoint, tokenEndpoint, jwksEndpoint, userInfoEndpoint } = found;
  const endpoints: Endpoints = {
    // As the provider writes it: ID tokens name it so, with the trailing slash if it has one.
    issuer: found.issuer,
    discoveryEndpoint,
    authorizationEndpoint,
    tokenEndpoint,
    jwksEndpoint,
    ...(userInfoEndpoint === undefined ? {} : { userInfoEndpoint }),
    tokenEndpointAuthentication:
      found.tokenEndpointAuthentication === 'client_secret_post'
        ? 'client_secret_post'
        : 'client_secret_basic',
  };
  await refuseAddresses(askedBy(endpoints));
  return endpoints;
}

/** Whether the provider answers at all. @throws ControlPlaneError SSO_PROVIDER_UNREACHABLE, SSO_CONNECTION_INVALID */
export async function fetchDocument(issuer: string): Promise<Readonly<Record<string, unknown>>> {
  const url = toDiscoveryUrl(issuer);
  await refuseAddresses([url]);
  const document = await inOurWords(issuer, () => fetchDiscoveryDocument(url, TIMEOUT_MS, isAsked));
  return document as unknown as Record<string, unknown>;
}

/** What the server itself asks; the authorization endpoint is for browsers, and judged alike. */
export function askedBy(endpoints: Endpoints): string[] {
  const { authorizationEndpoint, tokenEndpoint, jwksEndpoint, userInfoEndpoint } = endpoints;
  return [authorizationEndpoint, tokenEndpoint, jwksEndpoint, userInfoEndpoint].filter(
    (url) => url !== undefined,
  );
}

const isAsked = (url: string) => refuseAddress(url) === undefined;
const toDiscoveryUrl = (issuer: string) => `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;

const AWAY = new Set(['discovery_timeout', 'discovery_unexpected_error']);

async function inOurWords<T>(issuer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof DiscoveryError)) throw cause;
    const name = quote(issuer.slice(0, 200));
    if (AWAY.has(cause.code)) {
      throw new ControlPlaneError(
        'SSO_PROVIDER_UNREACHABLE',
        `the identity provider ${name} does not answer`,
        {
          cause,
          hint: 'try again; the server must reach it',
        },
      );
    }
    throw new ControlPlaneError('SSO_CONNECTION_INVALID', `${name} is no issuer: ${cause.code}`, { cause });
  }
}
