/** `…/policy`: what is in force, its history, and the three ways to publish. */

import {
  ModeRequest,
  PolicyDiff,
  PublishedPolicy,
  PublishRequest,
  PublishResult,
  pageOf,
  RevisionSummary,
  RollbackRequest,
} from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { requireIfMatch, revisionTag } from '../../http/etag.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { PolicyService } from './service.ts';

const path = `${organizationPath}/policy`;
const tags = ['policy'];

export function policyRoutes(app: App, service: PolicyService): void {
  readRoutes(app, service);
  diffRoute(app, service);
  publishRoutes(app, service);
}

function readRoutes(app: App, service: PolicyService): void {
  const config = { access: { scope: 'policy:read' } } as const;

  app.get(
    path,
    {
      config,
      schema: {
        operationId: 'getPolicy',
        tags,
        params: organizationParams(),
        response: { 200: PublishedPolicy },
      },
    },
    async (request, reply) => {
      const policy = await service.published(memberOf(request).organization.id);
      reply.header('etag', revisionTag(policy.revision));
      return policy;
    },
  );

  app.get(
    `${path}/revisions`,
    {
      config,
      schema: {
        operationId: 'listRevisions',
        tags,
        params: organizationParams(),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(RevisionSummary) },
      },
    },
    async (request) =>
      await service.history(memberOf(request).organization.id, parsePage(request.query, ['number'])),
  );

  app.get(
    `${path}/revisions/:revision`,
    {
      config,
      schema: {
        operationId: 'getRevision',
        tags,
        params: organizationParams({ revision: Type.Integer({ minimum: 1 }) }),
        response: { 200: PublishedPolicy },
      },
    },
    async (request) => await service.revision(memberOf(request).organization.id, request.params.revision),
  );
}

const DiffQuery = Type.Object(
  {
    from: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    /** A revision, or `draft`. */
    to: Type.String({ pattern: '^(?:draft|[1-9][0-9]{0,14})$' }),
  },
  { additionalProperties: false },
);

function diffRoute(app: App, service: PolicyService): void {
  app.get(
    `${path}/diff`,
    {
      config: { access: { scope: 'policy:read' } },
      schema: {
        operationId: 'diffPolicy',
        tags,
        params: organizationParams(),
        querystring: DiffQuery,
        response: { 200: PolicyDiff },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      return await service.diff(memberOf(request).organization.id, {
        ...(from === undefined ? {} : { from }),
        to: to === 'draft' ? to : Number(to),
      });
    },
  );
}

function publishRoutes(app: App, service: PolicyService): void {
  const config = { access: { scope: 'policy:write' } } as const;
  const schema = { tags, params: organizationParams(), response: { 200: PublishResult } };

  app.post(
    `${path}/publish`,
    { config, schema: { ...schema, operationId: 'publishPolicy', body: PublishRequest } },
    async (request) =>
      await service.publish(
        memberOf(request).organization,
        actorOf(request),
        requireIfMatch(request),
        request.body,
      ),
  );

  app.post(
    `${path}/mode`,
    { config, schema: { ...schema, operationId: 'changeMode', body: ModeRequest } },
    async (request) =>
      await service.changeMode(memberOf(request).organization, actorOf(request), request.body),
  );

  app.post(
    `${path}/rollback`,
    { config, schema: { ...schema, operationId: 'rollBackPolicy', body: RollbackRequest } },
    async (request) => await service.rollBack(memberOf(request).organization, actorOf(request), request.body),
  );
}
