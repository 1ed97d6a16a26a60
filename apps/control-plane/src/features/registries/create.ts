/** Wires the feature: the registries of the draft. */

import type { App } from '../../http/server.ts';
import { registryRoutes } from './routes.ts';
import { createRegistryService, type RegistryDependencies } from './service.ts';

export function createRegistries(dependencies: RegistryDependencies): {
  readonly routes: (app: App) => void;
} {
  const service = createRegistryService(dependencies);
  return { routes: (app) => registryRoutes(app, service) };
}
