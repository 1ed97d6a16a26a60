/** Wires the feature: the pages by which people sign in and out. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import { type SignInPageDependencies, signInPageRoutes } from './routes.ts';

export function createSignInPages(dependencies: SignInPageDependencies): {
  readonly routes: (app: App) => void;
} {
  return { routes: (app) => signInPageRoutes(app, dependencies) };
}
