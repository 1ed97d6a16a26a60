/** `GET …/activity`: who changed what, newest first. `GET …/activity/verification`: whether that record holds. */

import { ActivityEntry, ActivityVerification, sparsePageOf } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import { activityQuery, toActivityFilter } from './filter.ts';
import type { ActivityLog } from './service.ts';

const Query = Type.Object({ ...pageQuery, ...activityQuery }, { additionalProperties: false });
const Verification = Type.Object(
  {
    /** A head noted earlier, which must still be in the chain. */
    head: Type.Optional(Type.String({ pattern: '^(?:sha256:)?[0-9a-f]{64}$' })),
  },
  { additionalProperties: false },
);

export function activityRoutes(app: App, service: ActivityLog): void {
  app.get(
    `${organizationPath}/activity`,
    {
      config: { access: { scope: 'activity:read' } },
      schema: {
        operationId: 'listActivity',
        tags: ['activity'],
        params: organizationParams(),
        querystring: Query,
        response: { 200: sparsePageOf(ActivityEntry) },
      },
    },
    async (request) =>
      await service.list(
        memberOf(request).organization.id,
        parsePage(request.query, ['number']),
        toActivityFilter(request.query),
      ),
  );

  app.get(
    `${organizationPath}/activity/verification`,
    {
      config: { access: { scope: 'activity:read' } },
      schema: {
        operationId: 'verifyActivity',
        tags: ['activity'],
        params: organizationParams(),
        querystring: Verification,
        response: { 200: ActivityVerification },
      },
    },
    async (request) =>
      await service.verify(memberOf(request).organization.id, request.query.head?.replace(/^sha256:/, '')),
  );

  app.get(
    `${organizationPath}/activity/:id`,
    {
      config: { access: { scope: 'activity:read' } },
      schema: {
        operationId: 'getActivityEntry',
        tags: ['activity'],
        params: organizationParams({ id: Type.String({ maxLength: 64 }) }),
        response: { 200: ActivityEntry },
      },
    },
    async (request) => await service.find(memberOf(request).organization.id, request.params.id),
  );
}
