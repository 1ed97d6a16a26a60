/** Wires the feature: exports. */

import type { App } from '../../http/server.ts';
import { exportRoutes } from './routes.ts';
import { createExportService, type ExportDependencies } from './service.ts';

export function createExports(dependencies: ExportDependencies): { readonly routes: (app: App) => void } {
  const service = createExportService(dependencies);
  return { routes: (app) => exportRoutes(app, service) };
}
