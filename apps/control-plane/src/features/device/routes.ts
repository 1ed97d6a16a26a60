/** The device endpoints of RFC 8628, and `/device`, where a person allows or denies. A code is decided by their form alone. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendResponse, toHeaders } from '../../http/fetch-bridge.ts';
import { acceptForms, requireOwnForm } from '../../http/form.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import { codeFormPage, consentPage, resultPage } from '../../pages/device-page.ts';
import type { Html } from '../../pages/html.ts';
import { toPrintable } from '../../printable.ts';
import type { SessionUser } from '../../sign-in/sign-in.ts';
import { type DeviceService, normalizeUserCode } from './service.ts';
import { createWrongCodes } from './wrong-codes.ts';

export interface DeviceRouteOptions {
  readonly isTrustedOrigin: (origin: string) => boolean;
  readonly clock: () => number;
}

const CodeRequest = Type.Object({
  client_id: Type.String({ maxLength: 64 }),
  scope: Type.Optional(Type.String({ maxLength: 256 })),
  machine_name: Type.Optional(Type.String({ maxLength: 128 })),
  login: Type.Optional(Type.String({ maxLength: 64 })),
});
const TokenRequest = Type.Object({
  grant_type: Type.String({ maxLength: 64 }),
  device_code: Type.String({ maxLength: 191 }),
  client_id: Type.String({ maxLength: 64 }),
});
const UserCode = Type.String({ maxLength: 32 });
const Query = Type.Object({ user_code: Type.Optional(UserCode) });
const DecisionForm = Type.Object({
  user_code: UserCode,
  decision: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
});

export function deviceRoutes(app: App, service: DeviceService, options: DeviceRouteOptions): void {
  app.register(async (scope: App) => {
    acceptForms(scope);
    endpoints(scope, service);
    pages(scope, service, options);
  });
}

/** For programs: no cookie counts here, so there is nothing for another site's page to use. */
function endpoints(scope: App, service: DeviceService): void {
  const config = { access: 'public' } as const;
  scope.post(
    '/api/auth/device/code',
    { config, schema: { hide: true, body: CodeRequest } },
    async (request, reply) => {
      const { client_id: clientId, scope: wanted, machine_name, login } = request.body;
      const wish = {
        clientId,
        // shown to the person who decides: no control or direction marks may deceive them
        machineName: toPrintable(machine_name || 'unnamed machine'),
        login: toPrintable(login || 'unknown'),
        ...(wanted === undefined ? {} : { scope: wanted }),
      };
      await sendResponse(reply, await service.requestCode(wish, originOf(request), withoutCookie(request)));
    },
  );
  scope.post(
    '/api/auth/device/token',
    { config, schema: { hide: true, body: TokenRequest } },
    async (request, reply) => {
      const { grant_type: grantType, device_code: deviceCode, client_id: clientId } = request.body;
      const wish = { grantType, deviceCode, clientId };
      await sendResponse(reply, await service.exchange(wish, withoutCookie(request)));
    },
  );
}

function pages(scope: App, service: DeviceService, { isTrustedOrigin, clock }: DeviceRouteOptions): void {
  const config = { access: 'public' } as const;
  const wrongCodes = createWrongCodes(scope);

  scope.get('/device', { config, schema: { hide: true, querystring: Query } }, async (request, reply) => {
    const { user_code: userCode } = request.query;
    const person = await service.person(toHeaders(request));
    if (person === undefined) return await toSignIn(reply, userCode);
    if (userCode === undefined) return await show(reply, codeFormPage({}));
    await wrongCodes.check(request, person.userId);
    const found = await service.find(userCode);
    if (found.state === 'pending') {
      const { request: asked } = found;
      const facts = { ...asked, browserAddress: request.ip, askedAt: asked.createdAt, now: clock(), person };
      return await show(reply, consentPage(facts));
    }
    if (found.state === 'unknown') await wrongCodes.note(request, person.userId);
    return await show(reply, resultPage(found.state), STATUS[found.state]);
  });

  scope.post('/device', { config, schema: { hide: true, body: DecisionForm } }, async (request, reply) => {
    requireOwnForm(request, isTrustedOrigin);
    const { user_code: userCode, decision } = request.body;
    const headers = toHeaders(request);
    const person = await service.person(headers);
    if (person === undefined) return await toSignIn(reply, userCode);
    const outcome = await judge(request, person, () => service.decide(person, userCode, decision, headers));
    return await show(reply, resultPage(outcome), STATUS[outcome]);
  });

  async function judge<T extends string>(
    request: FastifyRequest,
    { userId }: SessionUser,
    decide: () => Promise<T>,
  ): Promise<T> {
    await wrongCodes.check(request, userId);
    const outcome = await decide();
    if (outcome === 'unknown') await wrongCodes.note(request, userId);
    return outcome;
  }
}

const STATUS = { allowed: 200, denied: 200, inactive: 403, unknown: 404, used: 410, expired: 410 } as const;

const show = (reply: FastifyReply, page: Html, status = 200) =>
  reply.code(status).type('text/html; charset=utf-8').send(page.text);

/** Only the code goes along, in its own letters: nothing else of the address leads anybody anywhere. */
function toSignIn(reply: FastifyReply, userCode: string | undefined): FastifyReply {
  const code = normalizeUserCode(userCode ?? '');
  const next = code === '' ? '/device' : `/device?user_code=${code}`;
  return reply.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
}

/** The session of a browser that asks for a device has no part in it. */
function withoutCookie(request: FastifyRequest): Headers {
  const headers = toHeaders(request);
  for (const name of ['cookie', 'authorization', 'content-length', 'content-type']) headers.delete(name);
  return headers;
}
