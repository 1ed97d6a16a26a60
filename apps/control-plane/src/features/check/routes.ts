/** `POST …/check`: what would happen, and why. */

import { CheckRequest, PolicyCheck } from '@pullgate/protocol';
import { memberOf } from '../../http/access.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { CheckService } from './service.ts';

export function checkRoutes(app: App, service: CheckService): void {
  app.post(
    `${organizationPath}/check`,
    {
      config: { access: 'user' },
      schema: {
        operationId: 'check',
        tags: ['check'],
        params: organizationParams(),
        body: CheckRequest,
        response: { 200: PolicyCheck },
      },
    },
    async (request) => await service.check(memberOf(request), request.body),
  );
}
