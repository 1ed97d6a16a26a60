/** Follows the redirects of a registry, and takes down which hosts they lead to. Leaves single requests to `fetch-hop.ts`. */

import { quote } from '@pullgate/errors';
import { fieldValues } from '@pullgate/wire';
import { CliError } from '../cli-error.ts';
import type { HopAnswer, HopRequest } from './fetch-hop.ts';

/** As many as engines follow. */
const MAX_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];

export type FetchHop = (request: HopRequest) => Promise<HopAnswer>;

/**
 * Credentials go to the host that was asked, and to no other.
 *
 * @param onHost is told the host of every redirect, also of one that does not answer
 * @throws CliError REDIRECT_REFUSED for a loop, no URL, user information, and TLS given up on the way
 */
export async function follow(
  request: HopRequest,
  fetchHop: FetchHop,
  onHost: (host: string) => void,
): Promise<HopAnswer> {
  let { url } = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await fetchHop({ ...request, url, headers: headersFor(request, url) }).catch((error) => {
      if (redirects > 0 && isUnreachable(error)) onHost(url.host);
      throw error;
    });
    if (redirects > 0) onHost(url.host);
    const next = locationOf(answer);
    if (next === undefined) return answer;
    url = next;
  }
  throw refused(url, `it redirects more than ${MAX_REDIRECTS} times`);
}

const isUnreachable = (error: unknown): boolean =>
  error instanceof CliError && error.code === 'REGISTRY_UNREACHABLE';

function headersFor({ url: first, headers = {} }: HopRequest, url: URL): Readonly<Record<string, string>> {
  if (url.origin === first.origin) return headers;
  const { authorization: _kept, ...others } = headers;
  return others;
}

function locationOf({ url, status, fields }: HopAnswer): URL | undefined {
  const [location, ...more] = fieldValues(fields, 'location');
  if (!REDIRECTS.includes(status) || location === undefined) return undefined;
  if (more.length > 0 || !URL.canParse(location, url)) throw refused(url, 'its Location is no URL');
  const next = new URL(location, url);
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw refused(url, 'its Location is no web address');
  if (next.username !== '' || next.password !== '') throw refused(url, 'its Location holds user information');
  if (url.protocol === 'https:' && next.protocol === 'http:')
    throw refused(url, 'it leads from TLS to plain HTTP');
  return next;
}

function refused(url: URL, why: string): CliError {
  return new CliError('REDIRECT_REFUSED', `a redirect of ${quote(url.host)} was not followed: ${why}`, {
    hint: 'engines would not follow it either; ask whoever runs the registry',
  });
}
