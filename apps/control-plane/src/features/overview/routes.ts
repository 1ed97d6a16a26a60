/** `GET …/overview`: whether everyone is protected, and what happened of late. */

import { Overview } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { OverviewService } from './service.ts';

const Query = Type.Object(
  { hours: Type.Optional(Type.Union([Type.Literal(24), Type.Literal(168), Type.Literal(720)])) },
  { additionalProperties: false },
);

export function overviewRoutes(app: App, service: OverviewService): void {
  app.get(
    `${organizationPath}/overview`,
    {
      config: { access: { scope: 'decisions:read' } },
      schema: {
        operationId: 'getOverview',
        tags: ['overview'],
        params: organizationParams(),
        querystring: Query,
        response: { 200: Overview },
      },
    },
    async (request) => await service.read(memberOf(request), request.query.hours ?? 24),
  );
}
