/** `GET …/activity`: who changed what, newest first. */

import { ActivityEntry, pageOf } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import { activityQuery, toActivityFilter } from './filter.ts';
import type { ActivityLog } from './service.ts';

const Query = Type.Object({ ...pageQuery, ...activityQuery }, { additionalProperties: false });

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
        response: { 200: pageOf(ActivityEntry) },
      },
    },
    async (request) =>
      await service.list(
        memberOf(request).organization.id,
        parsePage(request.query, ['number']),
        toActivityFilter(request.query),
      ),
  );
}
