/** `…/sso`: the connection to the identity provider. The pages of signing in stand in `sign-in-routes.ts`. */

import { SetSsoConnection, SsoConnection, SsoTest } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { SsoService } from './service.ts';

const read = { scope: 'people:read' } as const;
/** Owners alone: a mapping can make owners. */
const write = { scope: 'organization:write' } as const;
const tags = ['sso'];
const params = organizationParams();
const path = `${organizationPath}/sso`;

export function ssoRoutes(app: App, service: SsoService): void {
  app.get(
    path,
    {
      config: { access: read },
      schema: { operationId: 'getSso', tags, params, response: { 200: SsoConnection } },
    },
    async (request) => await service.get(memberOf(request).organization.id),
  );

  app.put(
    path,
    {
      config: { access: write },
      schema: {
        operationId: 'setSso',
        tags,
        params,
        body: SetSsoConnection,
        response: { 200: SsoConnection },
      },
    },
    async (request) => await service.set(memberOf(request).organization, actorOf(request), request.body),
  );

  app.delete(
    path,
    {
      config: { access: write },
      schema: { operationId: 'removeSso', tags, params, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await service.remove(memberOf(request).organization.id, actorOf(request));
      return await reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/test`,
    {
      config: { access: write },
      schema: { operationId: 'testSso', tags, params, response: { 200: SsoTest } },
    },
    async (request) => await service.test(memberOf(request).organization.id, actorOf(request)),
  );
}
