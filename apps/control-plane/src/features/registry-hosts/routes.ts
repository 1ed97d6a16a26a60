/** `/agent/v1/registry-hosts` for machines, `…/registry-hosts` for people. */

import {
  AcceptRegistryHost,
  RegistryHostItem,
  RegistryHostPage,
  RegistryHostState,
  SeenHostReport,
} from '@pullgate/protocol';
import { Type } from 'typebox';
import { machineOf, memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { originOf } from '../../http/origin.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { RegistryHostService } from './service.ts';

const path = `${organizationPath}/registry-hosts`;
const tags = ['registries'];
const write = { access: { scope: 'policy:write' } } as const;
const oneParams = organizationParams({ id: Type.String({ maxLength: 64 }) });

const ListQuery = Type.Object(
  {
    ...pageQuery,
    state: Type.Optional(RegistryHostState),
    registry: Type.Optional(Type.String({ minLength: 1, maxLength: 270 })),
  },
  { additionalProperties: false },
);

export function registryHostRoutes(app: App, service: RegistryHostService): void {
  agentRoute(app, service);
  app.get(
    path,
    {
      config: { access: { scope: 'policy:read' } },
      schema: {
        operationId: 'listRegistryHosts',
        tags,
        params: organizationParams(),
        querystring: ListQuery,
        response: { 200: RegistryHostPage },
      },
    },
    async (request) => {
      const { cursor: _cursor, limit: _limit, ...filter } = request.query;
      const page = parsePage(request.query, ['string', 'string']);
      return await service.list(memberOf(request).organization.id, page, filter);
    },
  );
  decisionRoutes(app, service);
}

function decisionRoutes(app: App, service: RegistryHostService): void {
  app.post(
    `${path}/:id/accept`,
    {
      config: write,
      schema: {
        operationId: 'acceptRegistryHost',
        tags,
        params: oneParams,
        body: AcceptRegistryHost,
        response: { 200: RegistryHostItem },
      },
    },
    async (request) =>
      await service.accept(
        memberOf(request).organization,
        actorOf(request),
        request.params.id,
        request.body.list,
      ),
  );

  app.post(
    `${path}/:id/dismiss`,
    {
      config: write,
      schema: {
        operationId: 'dismissRegistryHost',
        tags,
        params: oneParams,
        response: { 200: RegistryHostItem },
      },
    },
    async (request) =>
      await service.dismiss(memberOf(request).organization.id, actorOf(request), request.params.id),
  );
}

/** A hundred hosts and a hundred registries, each at its longest, in ASCII. */
const MAX_REPORT_BYTES = 128 * 1024;

function agentRoute(app: App, service: RegistryHostService): void {
  app.post(
    '/agent/v1/registry-hosts',
    {
      config: { access: 'machine', limit: 'none' },
      bodyLimit: MAX_REPORT_BYTES,
      schema: {
        operationId: 'sendSeenHosts',
        tags: ['agent'],
        body: SeenHostReport,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { machineId, organization } = machineOf(request);
      const sender = { machineId, organizationId: organization.id, from: originOf(request) };
      await service.report(sender, request.body);
      return await reply.code(204).send(null);
    },
  );
}
