/** `…/scim`: the connection and its credentials. `/scim/v2/*`: SCIM 2.0 itself, for the directory. */

import { ScimConnection, ScimCredential, SetScim } from '@pullgate/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import type { TokenLimit } from '../../http/limits.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { BridgeAnswer } from './bridge.ts';
import { describeError, SCIM_MEDIA_TYPE } from './scim-error.ts';
import type { ScimService } from './service.ts';

const access = { scope: 'organization:write' } as const;
const tags = ['scim'];
const path = `${organizationPath}/scim`;
const idOf = (request: FastifyRequest) => memberOf(request).organization.id;

export function scimRoutes(app: App, service: ScimService): void {
  app.get(
    path,
    {
      config: { access },
      schema: {
        operationId: 'getScim',
        tags,
        params: organizationParams(),
        response: { 200: ScimConnection },
      },
    },
    async (request) => await service.read(idOf(request)),
  );

  app.put(
    path,
    {
      config: { access },
      schema: {
        operationId: 'setScim',
        tags,
        params: organizationParams(),
        body: SetScim,
        response: { 200: ScimConnection },
      },
    },
    async (request) => await service.configure(idOf(request), actorOf(request), request.body),
  );

  app.delete(
    path,
    {
      config: { access },
      schema: {
        operationId: 'removeScim',
        tags,
        params: organizationParams(),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.remove(idOf(request), actorOf(request));
      return await reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/credentials`,
    {
      config: { access },
      schema: {
        operationId: 'createScimCredential',
        tags,
        params: organizationParams(),
        response: { 201: ScimCredential },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return await service.createCredential(idOf(request), actorOf(request));
    },
  );

  app.delete(
    `${path}/credentials/:id`,
    {
      config: { access },
      schema: {
        operationId: 'revokeScimCredential',
        tags,
        params: organizationParams({ id: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.revokeCredential(idOf(request), actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
}

/** The directory's own routes: bodies stay text for the plugin to judge, and errors are in the words of SCIM. */
export function directoryRoutes(
  app: App,
  tokenLimit: TokenLimit,
  answer: (request: FastifyRequest) => Promise<BridgeAnswer>,
): void {
  const plain = app as unknown as FastifyInstance;
  plain.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error: Error, request, reply) => {
      const { status, body } = describeError(error);
      if (status >= 500) request.log.error({ err: error }, 'request failed');
      return send(reply, { status, headers: {}, text: JSON.stringify(body) });
    });
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/scim/v2/*',
      // The bearer is a credential of the directory, which the plugin judges.
      config: { access: 'public' },
      schema: { hide: true },
      handler: async (request, reply) => {
        await tokenLimit.check(request);
        const given = await answer(request);
        if (given.status === 401) await tokenLimit.noteFailure(request);
        return await send(reply, given);
      },
    });
  });
}

function send(reply: FastifyReply, { status, headers, text }: BridgeAnswer): FastifyReply {
  reply.code(status).headers(headers);
  if (text === '') return reply.send();
  return reply
    .type(SCIM_MEDIA_TYPE)
    .serializer((value: unknown) => String(value))
    .send(text);
}
