/** Wires the feature: claimed domains. */

import type { App } from '../../http/server.ts';
import { domainRoutes } from './routes.ts';
import { createDomainService, type DomainDependencies } from './service.ts';

export function createDomains(dependencies: DomainDependencies): { readonly routes: (app: App) => void } {
  const service = createDomainService(dependencies);
  return { routes: (app) => domainRoutes(app, service) };
}
