/** Wires the feature: health. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import { healthRoutes } from './routes.ts';
import { createHealthService, type HealthDependencies } from './service.ts';

export function createHealth(dependencies: HealthDependencies): { readonly routes: (app: App) => void } {
  const service = createHealthService(dependencies);
  return { routes: (app) => healthRoutes(app, service) };
}
