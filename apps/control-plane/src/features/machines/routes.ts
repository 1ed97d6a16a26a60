/** `…/machines` for owners, and `/agent/v1/heartbeat`. */

import { Heartbeat, Machine, MachineSummary, pageOf } from '@pullgate/protocol';
import { Type } from 'typebox';
import { machineOf, memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import { keyKinds, machineQuery } from './search.ts';
import type { MachineService } from './service.ts';

const tags = ['machines'];

export function machineRoutes(app: App, service: MachineService): void {
  app.get(
    `${organizationPath}/machines`,
    {
      config: { access: { scope: 'machines:read' } },
      schema: {
        operationId: 'listMachines',
        tags,
        params: organizationParams(),
        querystring: Type.Object({ ...pageQuery, ...machineQuery }, { additionalProperties: false }),
        response: { 200: pageOf(Machine) },
      },
    },
    async (request) =>
      await service.list(
        memberOf(request).organization.id,
        parsePage(request.query, keyKinds(request.query.sort)),
        request.query,
      ),
  );

  app.get(
    `${organizationPath}/machines/summary`,
    {
      config: { access: { scope: 'machines:read' } },
      schema: {
        operationId: 'summarizeMachines',
        tags,
        params: organizationParams(),
        response: { 200: MachineSummary },
      },
    },
    async (request) => await service.summary(memberOf(request).organization.id),
  );

  app.get(
    `${organizationPath}/machines/:id`,
    {
      config: { access: { scope: 'machines:read' } },
      schema: {
        operationId: 'getMachine',
        tags,
        params: organizationParams({ id: Type.String() }),
        response: { 200: Machine },
      },
    },
    async (request) => await service.find(memberOf(request).organization.id, request.params.id),
  );

  app.delete(
    `${organizationPath}/machines/:id`,
    {
      config: { access: { scope: 'machines:write' } },
      schema: {
        operationId: 'revokeMachine',
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

  app.post(
    '/agent/v1/heartbeat',
    {
      config: { access: 'machine', limit: 'none' },
      schema: {
        operationId: 'sendHeartbeat',
        tags: ['agent'],
        body: Heartbeat,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      service.heartbeat(machineOf(request).machineId, request.body);
      return await reply.code(204).send(null);
    },
  );
}
