/** Wires the feature: who changed what. Its log is a dependency of every other feature. */

import type { App } from '../../http/server.ts';
import { activityRoutes } from './routes.ts';
import { type ActivityDependencies, type ActivityLog, createActivityLog } from './service.ts';

export function createActivity(dependencies: ActivityDependencies): {
  readonly log: ActivityLog;
  readonly routes: (app: App) => void;
} {
  const log = createActivityLog(dependencies);
  return { log, routes: (app) => activityRoutes(app, log) };
}
