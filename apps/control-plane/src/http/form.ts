/** Forms of our own pages: read as text, and refused when another site's page sends them. */

import type { FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../errors.ts';
import type { App } from './server.ts';

/** Accepts forms on the routes of this scope; the API takes JSON only, which no form of another site can send. */
export function acceptForms(app: App): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}

/** Another site would sign the owner's browser in or out (login CSRF). Browsers send Origin with every form; programs have no cookie. */
export function refuseForeignForm(
  request: FastifyRequest,
  isTrustedOrigin: (origin: string) => boolean,
): void {
  const { origin, cookie } = request.headers;
  if (origin === undefined ? cookie === undefined : isTrustedOrigin(origin)) return;
  throw new ControlPlaneError('ORIGIN_REFUSED', 'the form was sent from a page of another server');
}

/** For forms that change what is somebody's: only a page of ours sends them, and every browser says so. */
export function requireOwnForm(request: FastifyRequest, isTrustedOrigin: (origin: string) => boolean): void {
  const { origin } = request.headers;
  if (origin !== undefined && isTrustedOrigin(origin)) return;
  throw new ControlPlaneError('ORIGIN_REFUSED', 'the form was sent from a page of another server');
}
