/** Wires the feature: the console's page and files. It has no use cases of its own; everything it shows comes from the public API. */

import type { App } from '../../http/server.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { consoleRoutes } from './routes.ts';

export function createConsole({ signIn }: { readonly signIn: SignIn }): {
  readonly routes: (app: App) => void;
} {
  return { routes: (app) => consoleRoutes(app, signIn) };
}
