/** Wires the feature: people and groups from a directory, by SCIM 2.0. */

import type { TokenLimit } from '../../http/limits.ts';
import type { App } from '../../http/server.ts';
import type { Membership } from '../members/membership.ts';
import { bridge } from './bridge.ts';
import { createProvisioning } from './provisioning.ts';
import { directoryRoutes, scimRoutes } from './routes.ts';
import { createScimService, type ScimService, type ScimServiceDependencies } from './service.ts';

export interface ScimDependencies extends ScimServiceDependencies {
  readonly membership: Membership;
  readonly tokenLimit: TokenLimit;
}

export function createScim(dependencies: ScimDependencies): {
  readonly service: ScimService;
  readonly routes: (app: App) => void;
} {
  const { db, signIn, membership, tokenLimit } = dependencies;
  signIn.attach({ provisioning: createProvisioning(db, membership) });
  const service = createScimService(dependencies);
  return {
    service,
    routes: (app) => {
      scimRoutes(app, service);
      directoryRoutes(app, tokenLimit, (request) => bridge(dependencies, request));
    },
  };
}
