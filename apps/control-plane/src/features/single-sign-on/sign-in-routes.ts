/** `POST /sign-in/sso` and the callback of identity providers. Whatever fails ends on a page that a person can read. */

import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { copyCookies, toHeaders, toRequest } from '../../http/fetch-bridge.ts';
import { acceptForms, refuseForeignForm } from '../../http/form.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import { ssoFailedPage, ssoLeavePage } from '../../pages/single-sign-on-page.ts';
import type { Visit, VisitService } from './visit.ts';

const HTML = 'text/html; charset=utf-8';
const Form = Type.Object({
  email: Type.String({ maxLength: 254 }),
  next: Type.Optional(Type.String({ maxLength: 2048 })),
});

export function ssoSignInRoutes(
  app: App,
  visits: VisitService,
  isTrustedOrigin: (origin: string) => boolean,
): void {
  const schema = { hide: true };

  app.register(async (scope: App) => {
    acceptForms(scope);
    scope.post(
      '/sign-in/sso',
      { config: { access: 'public', limit: 'sign-in' }, schema: { ...schema, body: Form } },
      async (request, reply) => {
        refuseForeignForm(request, isTrustedOrigin);
        const { email, next = '/' } = request.body;
        const headers = toHeaders(request);
        const visit = await visits.start({ email, next, headers, from: originOf(request) });
        if ('failure' in visit) return await sendFailure(reply, visit);
        copyCookies(reply, visit.response);
        // Not a redirect: pages may send forms to this server only (form-action), and browsers hold redirects to it.
        reply.header('refresh', `0;url=${visit.to}`).header('cache-control', 'no-store');
        return await reply.type(HTML).send(ssoLeavePage(visit.to).text);
      },
    );
  });

  app.get(
    '/api/auth/sso/callback/:providerId',
    {
      config: { access: 'public' },
      schema: { ...schema, params: Type.Object({ providerId: Type.String({ maxLength: 64 }) }) },
    },
    async (request, reply) => {
      const { providerId } = request.params;
      const visit = await visits.finish({ providerId, request: toRequest(request), from: originOf(request) });
      if ('failure' in visit) return await sendFailure(reply, visit);
      copyCookies(reply, visit.response);
      return await reply.redirect(visit.to, 303);
    },
  );
}

async function sendFailure(reply: FastifyReply, visit: Extract<Visit, { failure: string }>) {
  const { status, page } = ssoFailedPage(visit.failure, visit.organization);
  return await reply.code(status).header('cache-control', 'no-store').type(HTML).send(page.text);
}
