/** The ways to a server, in the order in which they are tried. */

import { CliError } from '../cli-error.ts';
import { isExcepted, isLoopback } from './no-proxy.ts';
import { evaluatePac } from './pac.ts';
import type { ProxySettings } from './settings.ts';

/** A proxy, with name and password where it was given with them; undefined: without a proxy. */
export type Route = URL | undefined;

/** @throws CliError PROXY_UNUSABLE */
export async function chooseRoutes(settings: ProxySettings, url: URL): Promise<readonly Route[]> {
  if (isLoopback(url.hostname) || isExcepted(url, settings.none ?? '')) return [undefined];
  if (settings.pac !== undefined) {
    return parsePacAnswer(await evaluatePac(settings.pac, url)).map((route) =>
      authenticated(route, settings),
    );
  }
  const [name, text] =
    url.protocol === 'https:' ? ['HTTPS_PROXY', settings.https] : ['HTTP_PROXY', settings.http];
  return [text === undefined ? undefined : parseProxy(text, name)];
}

/** A name without a scheme means `http://`. @throws CliError PROXY_UNUSABLE */
export function parseProxy(text: string, from: string): URL {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.protocol.startsWith('socks')) throw socks(from);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    // the text may hold a password
    throw new CliError('PROXY_UNUSABLE', `${from} is not the address of a proxy`, {
      hint: `write it so: ${from}=http://name:password@proxy.example:3128`,
    });
  }
  return url;
}

/** `answer = way *( ";" way )`, `way = "DIRECT" | ( "PROXY" | "HTTP" | "HTTPS" ) host ":" port`. @throws CliError PROXY_UNUSABLE */
export function parsePacAnswer(answer: string): readonly Route[] {
  const routes: Route[] = [];
  let hasSocks = false;
  for (const way of answer.split(';').map((part) => part.trim())) {
    const [kind = '', place = ''] = way.split(/\s+/, 2);
    const type = kind.toUpperCase();
    if (type === 'DIRECT') routes.push(undefined);
    else if (type === 'PROXY' || type === 'HTTP') routes.push(parseProxy(`http://${place}`, PAC));
    else if (type === 'HTTPS') routes.push(parseProxy(`https://${place}`, PAC));
    else if (type.startsWith('SOCKS')) hasSocks = true;
  }
  if (routes.length > 0) return routes;
  if (hasSocks) throw socks(PAC);
  throw new CliError('PROXY_UNUSABLE', `${PAC} names no way: ${JSON.stringify(answer.slice(0, 100))}`, {
    hint: 'expected such as: PROXY proxy.example:3128; DIRECT',
  });
}

const PAC = 'the proxy auto-configuration';

const socks = (from: string): CliError =>
  new CliError('PROXY_UNUSABLE', `${from} names a SOCKS proxy, which is not supported`, {
    hint: 'name an HTTP proxy: HTTPS_PROXY=http://proxy.example:3128',
  });

/** Auto-configuration cannot carry a password: that of the environment is used for the very same proxy, and sent to no other. */
function authenticated(route: Route, { https, http }: ProxySettings): Route {
  if (route === undefined) return undefined;
  for (const text of [https, http]) {
    if (text === undefined) continue;
    const known = parseProxy(text, 'HTTPS_PROXY');
    if (known.host === route.host && known.protocol === route.protocol && known.username !== '') return known;
  }
  return route;
}
