/** `/agent/v1/sessions` for machines, `…/machine-sessions` and `…/machines/{id}/holder` for people. */

import { AgentSession, CreateAgentSession, MachineSession, pageOf, SetHolder } from '@pullgate/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { machineOf, memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import type { TokenLimit } from '../../http/limits.ts';
import { originOf } from '../../http/origin.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { MachineRef } from '../bundles/assignment-content.ts';
import type { MachineSessionService } from './service.ts';

export function machineSessionRoutes(app: App, service: MachineSessionService, limit: TokenLimit): void {
  agentRoutes(app, service, limit);
  peopleRoutes(app, service);
}

/** What a token that somebody tries is answered with; a good one whose person lacks something else is none of these. */
const GUESSES: ReadonlySet<string> = new Set(['TOKEN_INVALID', 'TOKEN_EXPIRED']);

function agentRoutes(app: App, service: MachineSessionService, limit: TokenLimit): void {
  const config = { access: 'machine' } as const;
  app.post(
    '/agent/v1/sessions',
    {
      config,
      schema: {
        operationId: 'createAgentSession',
        tags: ['agent'],
        body: CreateAgentSession,
        response: { 201: AgentSession },
      },
    },
    async (request, reply) => {
      // Whoever took over one machine must not try tokens through it.
      await limit.check(request);
      try {
        reply.code(201);
        return await service.signIn(refOf(request), request.body, originOf(request));
      } catch (error) {
        if (error instanceof ControlPlaneError && GUESSES.has(error.code)) await limit.noteFailure(request);
        throw error;
      }
    },
  );

  app.delete(
    '/agent/v1/sessions/:id',
    {
      config,
      schema: {
        operationId: 'deleteAgentSession',
        tags: ['agent'],
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.signOut(refOf(request), request.params.id, originOf(request));
      return await reply.code(204).send(null);
    },
  );
}

function peopleRoutes(app: App, service: MachineSessionService): void {
  const tags = ['people'];
  const id = Type.String({ maxLength: 64 });
  app.get(
    `${organizationPath}/machine-sessions`,
    {
      config: { access: { scope: 'people:read' } },
      schema: {
        operationId: 'listMachineSessions',
        tags,
        params: organizationParams(),
        querystring: Type.Object(
          { ...pageQuery, machine: Type.Optional(id), person: Type.Optional(id) },
          { additionalProperties: false },
        ),
        response: { 200: pageOf(MachineSession) },
      },
    },
    async (request) => {
      const { cursor: _cursor, limit: _limit, ...filter } = request.query;
      const page = parsePage(request.query, ['number', 'string']);
      return await service.list(memberOf(request).organization.id, page, filter);
    },
  );

  app.delete(
    `${organizationPath}/machine-sessions/:id`,
    {
      config: { access: { scope: 'people:write' } },
      schema: {
        operationId: 'endMachineSession',
        tags,
        params: organizationParams({ id: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.end(memberOf(request).organization.id, actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );

  app.put(
    `${organizationPath}/machines/:id/holder`,
    {
      config: { access: { scope: 'people:write' } },
      schema: {
        operationId: 'setMachineHolder',
        tags,
        params: organizationParams({ id: Type.String() }),
        body: SetHolder,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { organization } = memberOf(request);
      await service.setHolder(organization.id, actorOf(request), request.params.id, request.body.person);
      return await reply.code(204).send(null);
    },
  );
}

function refOf(request: FastifyRequest): MachineRef {
  const { machineId, organization } = machineOf(request);
  return { machineId, organizationId: organization.id };
}
