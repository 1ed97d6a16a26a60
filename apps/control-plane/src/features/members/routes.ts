/** `…/members`: people of the organization. `{id}` is the person's id; deleting oneself is leaving. */

import { OrganizationMember, pageOf, RoleName, Slug, UpdateMember } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { MemberService } from './service.ts';

const path = `${organizationPath}/members`;
const tags = ['members'];
const read = { access: { scope: 'people:read' } } as const;
const oneParams = organizationParams({ id: Type.String({ maxLength: 64 }) });
const filter = {
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  team: Type.Optional(Slug),
  role: Type.Optional(RoleName),
  state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('deactivated')])),
  twoFactor: Type.Optional(Type.Boolean()),
};

export function memberRoutes(app: App, service: MemberService): void {
  readRoutes(app, service);
  writeRoutes(app, service);
}

function readRoutes(app: App, service: MemberService): void {
  app.get(
    path,
    {
      config: read,
      schema: {
        operationId: 'listMembers',
        tags,
        params: organizationParams(),
        querystring: Type.Object({ ...pageQuery, ...filter }, { additionalProperties: false }),
        response: { 200: pageOf(OrganizationMember) },
      },
    },
    async (request) => {
      const { cursor: _cursor, limit: _limit, ...wish } = request.query;
      const page = parsePage(request.query, ['string']);
      return await service.list(memberOf(request).organization.id, page, wish);
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: read,
      schema: { operationId: 'getMember', tags, params: oneParams, response: { 200: OrganizationMember } },
    },
    async (request) => await service.get(memberOf(request).organization.id, request.params.id),
  );
}

function writeRoutes(app: App, service: MemberService): void {
  app.patch(
    `${path}/:id`,
    {
      config: { access: { scope: 'people:write' } },
      schema: {
        operationId: 'updateMember',
        tags,
        params: oneParams,
        body: UpdateMember,
        response: { 200: OrganizationMember },
      },
    },
    async (request) =>
      await service.update(memberOf(request), actorOf(request), request.params.id, request.body),
  );

  app.delete(
    `${path}/:id`,
    {
      // Everybody may leave; the service asks for more when it is somebody else.
      config: { access: 'user' },
      schema: { operationId: 'removeMember', tags, params: oneParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await service.remove(memberOf(request), actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
}
