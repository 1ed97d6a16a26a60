/** `…/tokens`: API tokens of the organization. */

import { ApiToken, CreateApiToken, pageOf } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { TokenService } from './service.ts';

const access = { scope: 'tokens:write' } as const;
const tags = ['tokens'];

export function tokenRoutes(app: App, service: TokenService): void {
  app.get(
    `${organizationPath}/tokens`,
    {
      config: { access },
      schema: {
        operationId: 'listTokens',
        tags,
        params: organizationParams(),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(ApiToken) },
      },
    },
    async (request) =>
      await service.list(memberOf(request).organization.id, parsePage(request.query, ['number', 'string'])),
  );

  app.post(
    `${organizationPath}/tokens`,
    {
      config: { access },
      schema: {
        operationId: 'createToken',
        tags,
        params: organizationParams(),
        body: CreateApiToken,
        response: { 201: ApiToken },
      },
    },
    async (request, reply) => {
      const { organization, userId, name, scopes } = memberOf(request);
      const by = { id: userId, name, scopes };
      reply.code(201);
      return await service.create(organization.id, by, actorOf(request), request.body);
    },
  );

  app.delete(
    `${organizationPath}/tokens/:id`,
    {
      config: { access },
      schema: {
        operationId: 'revokeToken',
        tags,
        params: organizationParams({ id: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.revoke(memberOf(request).organization.id, actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
}
