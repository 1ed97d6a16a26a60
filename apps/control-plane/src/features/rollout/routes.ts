/** `…/rollout`: how many machines have a revision in force. */

import { Rollout } from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { RolloutService } from './service.ts';

const Query = Type.Object(
  { revision: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })) },
  { additionalProperties: false },
);

export function rolloutRoutes(app: App, service: RolloutService): void {
  app.get(
    `${organizationPath}/rollout`,
    {
      config: { access: { scope: 'machines:read' } },
      schema: {
        operationId: 'getRollout',
        tags: ['machines'],
        params: organizationParams(),
        querystring: Query,
        response: { 200: Rollout },
      },
    },
    async (request) => await service.find(memberOf(request).organization.id, request.query.revision),
  );
}
