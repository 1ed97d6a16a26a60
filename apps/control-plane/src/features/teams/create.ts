/** Wires the feature: teams. */

import type { App } from '../../http/server.ts';
import { teamRoutes } from './routes.ts';
import { createTeamService, type TeamDependencies } from './service.ts';

export function createTeams(dependencies: TeamDependencies): { readonly routes: (app: App) => void } {
  const service = createTeamService(dependencies);
  return { routes: (app) => teamRoutes(app, service) };
}
