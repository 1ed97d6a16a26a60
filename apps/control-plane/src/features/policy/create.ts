/** Wires the feature: the published policy. */

import type { App } from '../../http/server.ts';
import { policyRoutes } from './routes.ts';
import { createPolicyService, type PolicyDependencies, type PolicyService } from './service.ts';

export function createPolicy(dependencies: PolicyDependencies): {
  readonly service: PolicyService;
  readonly routes: (app: App) => void;
} {
  const service = createPolicyService(dependencies);
  return { service, routes: (app) => policyRoutes(app, service) };
}
