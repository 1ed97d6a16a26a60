/** `GET /api/v1/session`, and the sign-in routes of better-auth. Leaves passwords to `features/account`. */

import { Session } from '@pullgate/protocol';
import { principalOf } from '../../http/access.ts';
import { sendResponse, toRequest } from '../../http/fetch-bridge.ts';
import { refuseForeignForm } from '../../http/form.ts';
import type { App } from '../../http/server.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { SessionService } from './service.ts';

/** What of better-auth is offered; its other endpoints change organizations without leaving an Activity entry. */
const SIGN_IN_ROUTES = [
  { method: 'POST', path: '/sign-out' },
  { method: 'GET', path: '/get-session' },
] as const;

export function sessionRoutes(
  app: App,
  service: SessionService,
  signIn: SignIn,
  isTrustedOrigin: (origin: string) => boolean,
): void {
  app.get(
    '/api/v1/session',
    {
      config: { access: 'user' },
      schema: { operationId: 'getSession', tags: ['session'], response: { 200: Session } },
    },
    async (request) => await service.describe(principalOf(request)),
  );

  for (const { method, path } of SIGN_IN_ROUTES) {
    app.route({
      method,
      url: `/api/auth${path}`,
      config: { access: 'public' },
      schema: { hide: true },
      handler: async (request, reply) => {
        refuseForeignForm(request, isTrustedOrigin);
        await sendResponse(reply, await signIn.handle(toRequest(request)));
      },
    });
  }
}
