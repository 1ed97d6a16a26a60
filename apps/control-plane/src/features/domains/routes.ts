/** `…/domains`: the domains whose e-mail addresses belong to the organization. */

import { ClaimDomain, ClaimedDomain } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { DomainService } from './service.ts';

const read = { scope: 'people:read' } as const;
const write = { scope: 'organization:write' } as const;
const tags = ['domains'];
const params = organizationParams({ id: Type.String() });

export function domainRoutes(app: App, service: DomainService): void {
  app.get(
    `${organizationPath}/domains`,
    {
      config: { access: read },
      schema: {
        operationId: 'listDomains',
        tags,
        params: organizationParams(),
        response: { 200: Type.Object({ items: Type.Array(ClaimedDomain) }) },
      },
    },
    async (request) => ({ items: await service.list(memberOf(request).organization.id) }),
  );

  app.post(
    `${organizationPath}/domains`,
    {
      config: { access: write },
      schema: {
        operationId: 'claimDomain',
        tags,
        params: organizationParams(),
        body: ClaimDomain,
        response: { 201: ClaimedDomain },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return await service.claim(memberOf(request).organization.id, actorOf(request), request.body.domain);
    },
  );

  app.post(
    `${organizationPath}/domains/:id/verify`,
    {
      config: { access: write },
      schema: { operationId: 'verifyDomain', tags, params, response: { 200: ClaimedDomain } },
    },
    async (request) =>
      await service.verify(memberOf(request).organization.id, actorOf(request), request.params.id),
  );

  app.delete(
    `${organizationPath}/domains/:id`,
    {
      config: { access: write },
      schema: { operationId: 'releaseDomain', tags, params, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await service.release(memberOf(request).organization.id, actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
}
