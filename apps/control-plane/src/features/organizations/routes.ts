/** `/api/v1/organizations`: those of the person, and the settings of each. */

import { CreateOrganization, Organization, pageOf, UpdateOrganization } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf, principalOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { OrganizationService } from './service.ts';

const tags = ['organizations'];
const user = { access: 'user' } as const;

export function organizationRoutes(app: App, service: OrganizationService): void {
  allRoutes(app, service);
  oneRoutes(app, service);
}

function allRoutes(app: App, service: OrganizationService): void {
  app.get(
    '/api/v1/organizations',
    {
      config: user,
      schema: {
        operationId: 'listOrganizations',
        tags,
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(Organization) },
      },
    },
    async (request) => await service.list(principalOf(request), parsePage(request.query, ['string'])),
  );

  app.post(
    '/api/v1/organizations',
    {
      config: user,
      schema: {
        operationId: 'createOrganization',
        tags,
        body: CreateOrganization,
        response: { 201: Organization },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return await service.create(principalOf(request), actorOf(request), request.body);
    },
  );
}

function oneRoutes(app: App, service: OrganizationService): void {
  app.get(
    organizationPath,
    {
      config: user,
      schema: {
        operationId: 'getOrganization',
        tags,
        params: organizationParams(),
        response: { 200: Organization },
      },
    },
    async (request) => await service.get(memberOf(request)),
  );

  app.patch(
    organizationPath,
    {
      config: { access: { scope: 'organization:write' } },
      schema: {
        operationId: 'updateOrganization',
        tags,
        params: organizationParams(),
        body: UpdateOrganization,
        response: { 200: Organization },
      },
    },
    async (request) => await service.update(memberOf(request), actorOf(request), request.body),
  );
}
