/** Wires the feature: the draft of the policy. */

import type { App } from '../../http/server.ts';
import { draftRoutes } from './routes.ts';
import { createDraftService, type DraftDependencies, type DraftService } from './service.ts';

export function createDrafts(dependencies: DraftDependencies): {
  readonly service: DraftService;
  readonly routes: (app: App) => void;
} {
  const service = createDraftService(dependencies);
  return { service, routes: (app) => draftRoutes(app, service) };
}
