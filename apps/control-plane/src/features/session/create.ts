/** Wires the feature: who is signed in. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import { sessionRoutes } from './routes.ts';
import { createSessionService, type SessionDependencies, type SessionService } from './service.ts';

export function createSession(
  dependencies: SessionDependencies & { readonly isTrustedOrigin: (origin: string) => boolean },
): {
  readonly service: SessionService;
  readonly routes: (app: App) => void;
} {
  const service = createSessionService(dependencies);
  return {
    service,
    routes: (app) => sessionRoutes(app, service, dependencies.signIn, dependencies.isTrustedOrigin),
  };
}
