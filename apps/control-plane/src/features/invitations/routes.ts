/** `…/invitations`, for those who manage people. */

import { CreateInvitation, Invitation, pageOf } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { InvitationService } from './service.ts';

const path = `${organizationPath}/invitations`;
const tags = ['invitations'];
const config = { access: { scope: 'people:write' } } as const;
const oneParams = organizationParams({ id: Type.String({ maxLength: 64 }) });

export function invitationRoutes(app: App, service: InvitationService): void {
  app.get(
    path,
    {
      config: { access: { scope: 'people:read' } },
      schema: {
        operationId: 'listInvitations',
        tags,
        params: organizationParams(),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(Invitation) },
      },
    },
    async (request) =>
      await service.list(memberOf(request).organization.id, parsePage(request.query, ['string', 'string'])),
  );

  app.post(
    path,
    {
      config,
      schema: {
        operationId: 'createInvitation',
        tags,
        params: organizationParams(),
        body: CreateInvitation,
        response: { 201: Invitation },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return await service.create(memberOf(request), actorOf(request), request.body);
    },
  );

  app.post(
    `${path}/:id/resend`,
    {
      config,
      schema: { operationId: 'resendInvitation', tags, params: oneParams, response: { 200: Invitation } },
    },
    async (request) => await service.resend(memberOf(request), actorOf(request), request.params.id),
  );

  app.delete(
    `${path}/:id`,
    {
      config,
      schema: { operationId: 'revokeInvitation', tags, params: oneParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await service.revoke(memberOf(request), actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
}
