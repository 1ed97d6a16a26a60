/** Wires the feature: the catalog of registry profiles. */

import type { App } from '../../http/server.ts';
import { catalogRoutes } from './routes.ts';
import { type CatalogDependencies, createCatalogService } from './service.ts';

export function createCatalog(dependencies: CatalogDependencies): { readonly routes: (app: App) => void } {
  const service = createCatalogService(dependencies);
  return { routes: (app) => catalogRoutes(app, service) };
}
