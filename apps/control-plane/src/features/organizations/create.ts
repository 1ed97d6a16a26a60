/** Wires the feature: organizations. */

import type { App } from '../../http/server.ts';
import { organizationRoutes } from './routes.ts';
import { createOrganizationService, type OrganizationDependencies } from './service.ts';

export function createOrganizations(dependencies: OrganizationDependencies): {
  readonly routes: (app: App) => void;
} {
  const service = createOrganizationService(dependencies);
  return { routes: (app) => organizationRoutes(app, service) };
}
