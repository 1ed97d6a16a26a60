/** `/healthz`, `/readyz`, `/metrics`: for orchestrators and Prometheus. */

import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { isFromThisMachine } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import type { HealthService } from './service.ts';

const Answer = Type.Object({ status: Type.String() });

export function healthRoutes(app: App, service: HealthService): void {
  app.get(
    '/healthz',
    { config: { access: 'public', limit: 'none' }, schema: { tags: ['health'], response: { 200: Answer } } },
    async () => ({ status: 'alive' }),
  );

  app.get(
    '/readyz',
    { config: { access: 'public', limit: 'none' }, schema: { tags: ['health'], response: { 200: Answer } } },
    async () => {
      await service.checkReady();
      return { status: 'ready' };
    },
  );

  app.get(
    '/metrics',
    { config: { access: 'public' }, schema: { tags: ['health'] } },
    async (request, reply) => {
      if (!isFromThisMachine(request))
        throw new ControlPlaneError('NOT_FOUND', 'nothing is served at this path');
      return await reply.type(service.metricsType).send(await service.metrics());
    },
  );
}
