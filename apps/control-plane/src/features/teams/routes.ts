/** `…/teams`: teams of the organization, named by slug, and their members. */

import { CreateTeam, pageOf, Team, UpdateTeam } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { TeamService } from './service.ts';

const path = `${organizationPath}/teams`;
const tags = ['teams'];
const read = { access: { scope: 'people:read' } } as const;
const write = { access: { scope: 'people:write' } } as const;
const team = Type.String({ maxLength: 64 });
const oneParams = organizationParams({ team });
const memberParams = organizationParams({ team, id: Type.String({ maxLength: 64 }) });

export function teamRoutes(app: App, service: TeamService): void {
  readRoutes(app, service);
  writeRoutes(app, service);
  memberRoutes(app, service);
}

function readRoutes(app: App, service: TeamService): void {
  app.get(
    path,
    {
      config: read,
      schema: {
        operationId: 'listTeams',
        tags,
        params: organizationParams(),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(Team) },
      },
    },
    async (request) =>
      await service.list(memberOf(request).organization.id, parsePage(request.query, ['string'])),
  );

  app.get(
    `${path}/:team`,
    { config: read, schema: { operationId: 'getTeam', tags, params: oneParams, response: { 200: Team } } },
    async (request) => await service.get(memberOf(request).organization.id, request.params.team),
  );
}

function writeRoutes(app: App, service: TeamService): void {
  app.post(
    path,
    {
      config: write,
      schema: {
        operationId: 'createTeam',
        tags,
        params: organizationParams(),
        body: CreateTeam,
        response: { 201: Team },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return await service.create(memberOf(request).organization.id, actorOf(request), request.body);
    },
  );

  app.patch(
    `${path}/:team`,
    {
      config: write,
      schema: {
        operationId: 'updateTeam',
        tags,
        params: oneParams,
        body: UpdateTeam,
        response: { 200: Team },
      },
    },
    async (request) => {
      const { id } = memberOf(request).organization;
      return await service.rename(id, actorOf(request), request.params.team, request.body.name);
    },
  );

  app.delete(
    `${path}/:team`,
    {
      config: write,
      schema: { operationId: 'deleteTeam', tags, params: oneParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await service.remove(memberOf(request).organization.id, actorOf(request), request.params.team);
      return await reply.code(204).send(null);
    },
  );
}

function memberRoutes(app: App, service: TeamService): void {
  for (const method of ['PUT', 'DELETE'] as const) {
    const operationId = method === 'PUT' ? 'addTeamMember' : 'removeTeamMember';
    app.route({
      method,
      url: `${path}/:team/members/:id`,
      config: write,
      schema: { operationId, tags, params: memberParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        const { team: slug, id } = request.params;
        const { organization } = memberOf(request);
        await service.setMember(organization.id, actorOf(request), slug, id, method === 'PUT');
        return await reply.code(204).send(null);
      },
    });
  }
}
