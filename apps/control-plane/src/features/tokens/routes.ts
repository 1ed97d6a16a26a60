/** `…/tokens`: API tokens of the organization. */

import { ApiToken, CreateApiToken, pageOf } from '@pullgate/protocol';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { Member } from '../../http/principal.ts';
import type { App } from '../../http/server.ts';
import type { TokenService } from './service.ts';

const access = { scope: 'tokens:read' } as const;
/** Everyone makes and revokes tokens of their own, which carry no more than they may do themselves: `pullgate login` does. */
const ownAccess = 'user';
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
      config: { access: ownAccess },
      schema: {
        operationId: 'createToken',
        tags,
        params: organizationParams(),
        body: CreateApiToken,
        response: { 201: ApiToken },
      },
    },
    async (request, reply) => {
      const member = memberOf(request);
      requireSession(member);
      const { organization, userId, name, scopes } = member;
      const by = { id: userId, name, scopes };
      reply.code(201);
      return await service.create(organization.id, by, actorOf(request), request.body);
    },
  );

  app.delete(
    `${organizationPath}/tokens/:id`,
    {
      config: { access: ownAccess },
      schema: {
        operationId: 'revokeToken',
        tags,
        params: organizationParams({ id: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const member = memberOf(request);
      const { id } = request.params;
      if (!mayManage(member) && member.kind === 'token' && member.tokenId !== id) {
        throw new ControlPlaneError('SCOPE_MISSING', 'a token without tokens:write revokes itself alone');
      }
      const ownerId = mayManage(member) ? undefined : member.userId;
      await service.revoke(member.organization.id, actorOf(request), id, ownerId);
      return await reply.code(204).send(null);
    },
  );
}

const mayManage = ({ scopes }: Member): boolean => scopes.includes('tokens:write');

/** A token that makes tokens would outlive its own end; only one that was made for this may. */
function requireSession(member: Member): void {
  if (member.kind === 'user' || mayManage(member)) return;
  throw new ControlPlaneError('SCOPE_MISSING', 'the token lacks the scope tokens:write', {
    hint: 'use a token made with tokens:write, or sign in',
  });
}
