/** Wires the feature: the pages at the root. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import type { PasswordSignIn } from '../account/password-sign-in.ts';
import { homeRoutes } from './routes.ts';
import { createHomeService, type HomeDependencies } from './service.ts';

export function createHome(
  dependencies: HomeDependencies & {
    readonly passwords: PasswordSignIn;
    readonly isTrustedOrigin: (origin: string) => boolean;
  },
): { readonly routes: (app: App) => void } {
  const service = createHomeService(dependencies);
  const { signIn, passwords, isTrustedOrigin } = dependencies;
  return { routes: (app) => homeRoutes(app, service, signIn, passwords, isTrustedOrigin) };
}
