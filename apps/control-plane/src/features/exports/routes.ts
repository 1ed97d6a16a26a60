/** `…/activity/export` and `…/decisions/export`: what the listings show, whole, as a file. */

import { ActivityEntry, DecisionItem } from '@pullgate/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import { activityQuery, toActivityFilter } from '../activity/filter.ts';
import { decisionQuery, recordedQuery, toWanted } from '../decisions/filter.ts';
import type { ExportFile, ExportService, Wish } from './service.ts';
import type { ExportFormat } from './write-pages.ts';

const format = Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('json')]));

export function exportRoutes(app: App, service: ExportService): void {
  app.get(
    `${organizationPath}/activity/export`,
    {
      config: { access: { scope: 'activity:read' } },
      // An export is recorded; one without a body would be recorded for nothing.
      exposeHeadRoute: false,
      schema: {
        operationId: 'exportActivity',
        tags: ['activity'],
        params: organizationParams(),
        querystring: Type.Object({ ...activityQuery, format }, { additionalProperties: false }),
        response: { 200: fileOf(ActivityEntry) },
      },
    },
    async (request, reply) => {
      const wish = toWish(request, request.query.format);
      return send(reply, await service.activity(wish, toActivityFilter(request.query)));
    },
  );

  app.get(
    `${organizationPath}/decisions/export`,
    {
      config: { access: { scope: 'decisions:read' } },
      exposeHeadRoute: false,
      schema: {
        operationId: 'exportDecisions',
        tags: ['decisions'],
        params: organizationParams(),
        querystring: Type.Object(
          { ...decisionQuery, ...recordedQuery, format },
          { additionalProperties: false },
        ),
        response: { 200: fileOf(DecisionItem) },
      },
    },
    async (request, reply) => {
      const wish = toWish(request, request.query.format);
      const wanted = { ...toWanted(request.query), attempts: request.query.attempts === true };
      return send(reply, await service.decisions(wish, wanted));
    },
  );
}

/** CSV by default. */
function toWish(request: FastifyRequest, wanted: ExportFormat = 'csv'): Wish {
  return { organization: memberOf(request).organization, actor: actorOf(request), format: wanted };
}

/** For the document: both kinds of file that may come. */
function fileOf(item: TSchema) {
  return {
    description: 'the file: CSV by RFC 4180 with names in the first row, or a JSON array; newest first',
    content: { 'text/csv': { schema: Type.String() }, 'application/json': { schema: Type.Array(item) } },
  };
}

function send(reply: FastifyReply, { name, type, content }: ExportFile) {
  return reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(content);
}
