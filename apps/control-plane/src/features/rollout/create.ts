/** Wires the feature: rollouts. */

import type { App } from '../../http/server.ts';
import { rolloutRoutes } from './routes.ts';
import { createRolloutService, type RolloutDependencies } from './service.ts';

export function createRollout(dependencies: RolloutDependencies): { readonly routes: (app: App) => void } {
  const service = createRolloutService(dependencies);
  return { routes: (app) => rolloutRoutes(app, service) };
}
