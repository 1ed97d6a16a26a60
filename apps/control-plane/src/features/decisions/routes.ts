/** `/agent/v1/decisions`, and `…/decisions` for people. */

import {
  DecisionBatch,
  DecisionBatchReply,
  DecisionDetail,
  DecisionItem,
  sparsePageOf,
} from '@pullgate/protocol';
import { Type } from 'typebox';
import { machineOf, memberOf } from '../../http/access.ts';
import { pageQuery } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import { type EventStream, openEventStream } from '../machines/event-stream.ts';
import { decisionQuery, recordedQuery, toFilter, toWanted } from './filter.ts';
import { parsePlace } from './list-request.ts';
import { type LiveTail, MAX_WAITING_BYTES } from './live-tail.ts';
import type { DecisionService } from './service.ts';

const access = { scope: 'decisions:read' } as const;
const tags = ['decisions'];

/** 1,000 records with every field at its longest, in ASCII. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

const ListQuery = Type.Object(
  {
    ...pageQuery,
    ...decisionQuery,
    ...recordedQuery,
  },
  { additionalProperties: false },
);

export function decisionRoutes(app: App, service: DecisionService, tail: LiveTail): void {
  app.post(
    '/agent/v1/decisions',
    {
      config: { access: 'machine', limit: 'none' },
      bodyLimit: MAX_BATCH_BYTES,
      schema: {
        operationId: 'sendDecisions',
        tags: ['agent'],
        body: DecisionBatch,
        response: { 200: DecisionBatchReply },
      },
    },
    async (request) => {
      const { machineId, organization } = machineOf(request);
      return { accepted: await service.accept({ machineId, organizationId: organization.id }, request.body) };
    },
  );

  app.get(
    `${organizationPath}/decisions`,
    {
      config: { access },
      schema: {
        operationId: 'listDecisions',
        tags,
        params: organizationParams(),
        querystring: ListQuery,
        response: { 200: sparsePageOf(DecisionItem) },
      },
    },
    async (request) =>
      await service.list(
        {
          organizationId: memberOf(request).organization.id,
          ...toWanted(request.query),
          ...parsePlace(request.query),
        },
        request.query.attempts === true,
      ),
  );

  app.get(
    `${organizationPath}/decisions/stream`,
    {
      config: { access },
      schema: {
        operationId: 'streamDecisions',
        tags,
        params: organizationParams(),
        querystring: Type.Object(decisionQuery, { additionalProperties: false }),
      },
    },
    async (request, reply) => {
      const { id } = memberOf(request).organization;
      tail.requireRoom(id);
      const stream: EventStream = openEventStream(reply, MAX_WAITING_BYTES, () => tail.remove(stream));
      tail.add(id, toFilter(request.query), stream);
    },
  );

  app.get(
    `${organizationPath}/decisions/:id`,
    {
      config: { access },
      schema: {
        operationId: 'getDecision',
        tags,
        params: organizationParams({ id: Type.String({ maxLength: 40 }) }),
        response: { 200: DecisionDetail },
      },
    },
    async (request) => await service.find(memberOf(request), request.params.id),
  );
}
