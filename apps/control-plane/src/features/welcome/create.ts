/** Wires the feature: the first owner's welcome. */

import type { App } from '../../http/server.ts';
import { welcomeRoutes } from './routes.ts';
import { createWelcomeService, type WelcomeDependencies } from './service.ts';

export function createWelcome(
  dependencies: WelcomeDependencies & { readonly isTrustedOrigin: (origin: string) => boolean },
): { readonly routes: (app: App) => void } {
  const service = createWelcomeService(dependencies);
  const { signIn, isTrustedOrigin } = dependencies;
  return { routes: (app) => welcomeRoutes(app, service, signIn, isTrustedOrigin) };
}
