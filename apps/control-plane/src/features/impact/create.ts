/** Wires the feature: what a change would have turned. */

import type { App } from '../../http/server.ts';
import { impactRoutes } from './routes.ts';
import { createImpactService, type ImpactDependencies } from './service.ts';

export function createImpact(dependencies: ImpactDependencies): { readonly routes: (app: App) => void } {
  const service = createImpactService(dependencies);
  return { routes: (app) => impactRoutes(app, service) };
}
