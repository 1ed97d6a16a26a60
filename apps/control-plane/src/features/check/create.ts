/** Wires the feature: checks. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import { checkRoutes } from './routes.ts';
import { type CheckDependencies, createCheckService } from './service.ts';

export function createCheck(dependencies: CheckDependencies): { readonly routes: (app: App) => void } {
  const service = createCheckService(dependencies);
  return { routes: (app) => checkRoutes(app, service) };
}
