/** Which addresses of an identity provider the server asks. Leaves asking to `discovery.ts`. */

import { lookup } from 'node:dns/promises';
import { classifyHost } from '@better-auth/core/utils/host';
import { quote } from '@pullgate/errors';
import { isLoopbackHost } from '../../config.ts';
import { ControlPlaneError } from '../../errors.ts';

/** Identity providers stand in public and private networks, and on this machine for tests. Nothing else is one. */
const ASKED = new Set(['public', 'private', 'sharedAddressSpace', 'loopback', 'localhost']);
/** Metadata services of clouds that live among private addresses: AWS (IPv6), Alibaba, Oracle. */
const METADATA = new Set(['fd00:ec2::254', '100.100.100.200', '192.0.0.192']);

/**
 * The issuer as it was given, without a trailing slash.
 * @throws ControlPlaneError SSO_CONNECTION_INVALID
 */
export function parseIssuer(text: string): string {
  const refusal = refuseAddress(text);
  if (refusal !== undefined) throw new ControlPlaneError('SSO_CONNECTION_INVALID', refusal);
  const { search, hash, username } = new URL(text);
  if (search === '' && hash === '' && username === '') return text.replace(/\/+$/, '');
  throw new ControlPlaneError(
    'SSO_CONNECTION_INVALID',
    `expected an issuer without user, query and fragment, got ${quote(text.slice(0, 200))}`,
  );
}

/** An owner's browser, or whoever has taken it over, would read the credentials of this machine through the server. */
export function refuseAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return `expected a URL, got ${quote(text.slice(0, 200))}`;
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    return `expected https, or http on this machine, got ${quote(text.slice(0, 200))}`;
  }
  return isAsked(hostname) ? undefined : `${quote(hostname)} is no address of an identity provider`;
}

function isAsked(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return ASKED.has(classifyHost(name).kind) && !METADATA.has(name);
}

/**
 * Asks the DNS too: a public name may point at an address that is not.
 * @throws ControlPlaneError SSO_CONNECTION_INVALID
 */
export async function refuseAddresses(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const refusal = refuseAddress(url);
    if (refusal !== undefined) throw new ControlPlaneError('SSO_CONNECTION_INVALID', refusal);
  }
  for (const host of new Set(urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '')))) {
    const found = await lookup(host, { all: true }).catch(() => []);
    if (found.every(({ address }) => isAsked(address))) continue;
    throw new ControlPlaneError('SSO_CONNECTION_INVALID', `${quote(host)} points at an internal address`);
  }
}
