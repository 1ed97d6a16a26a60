/** Wires the feature: the pages by which people sign in and out. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import { type HomeDependencies, homeRoutes } from './routes.ts';

export function createHome(dependencies: HomeDependencies): {
  readonly routes: (app: App) => void;
} {
  return { routes: (app) => homeRoutes(app, dependencies) };
}
