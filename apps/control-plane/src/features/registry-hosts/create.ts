/** Wires the feature: hosts that registries were seen to use, waiting for the owner. */

import type { Dependencies } from '../../dependencies.ts';
import type { App } from '../../http/server.ts';
import type { DraftService } from '../drafts/service.ts';
import { registryHostRoutes } from './routes.ts';
import { createRegistryHostService, type RegistryHostService } from './service.ts';

export function createRegistryHosts(
  dependencies: Pick<Dependencies, 'db' | 'clock' | 'newId' | 'activity'> & {
    readonly drafts: DraftService;
  },
): { readonly service: RegistryHostService; readonly routes: (app: App) => void } {
  const service = createRegistryHostService(dependencies);
  return { service, routes: (app) => registryHostRoutes(app, service) };
}
