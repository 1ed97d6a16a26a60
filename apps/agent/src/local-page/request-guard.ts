/** Which requests the local page answers. Whoever is refused is a page of another site in this machine's browser. */

import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: 403 | 404 | 405 | 421;
  readonly text: string;
}

/** @param port where the page listens */
export function findRefusal(request: IncomingMessage, port: number): Refusal | undefined {
  const { host, origin } = request.headers;
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  // DNS rebinding: another site's name that suddenly resolves to 127.0.0.1 still comes as Host.
  if (host === undefined || !own.includes(host.toLowerCase()))
    return { status: 421, text: `this page is at http://127.0.0.1:${port}/` };
  if (origin !== undefined && !own.includes(origin.replace(/^http:\/\//, '')))
    return { status: 403, text: 'other sites are not answered' };
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  // A link from elsewhere may be followed; an embedded request from elsewhere may not.
  if ((site === 'cross-site' || site === 'same-site') && mode !== 'navigate')
    return { status: 403, text: 'other sites are not answered' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, text: 'this page is for reading' };
  return undefined;
}
