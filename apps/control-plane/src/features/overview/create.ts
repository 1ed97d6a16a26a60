/** Wires the feature: the overview of an organization. */

import type { App } from '../../http/server.ts';
import { overviewRoutes } from './routes.ts';
import { createOverviewService, type OverviewDependencies } from './service.ts';

export function createOverview(dependencies: OverviewDependencies): { readonly routes: (app: App) => void } {
  const service = createOverviewService(dependencies);
  return { routes: (app) => overviewRoutes(app, service) };
}
