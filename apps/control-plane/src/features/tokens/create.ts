/** Wires the feature: API tokens. */

import type { App } from '../../http/server.ts';
import { tokenRoutes } from './routes.ts';
import { createTokenService, type TokenDependencies, type TokenService } from './service.ts';

export function createTokens(dependencies: TokenDependencies): {
  readonly service: TokenService;
  readonly routes: (app: App) => void;
} {
  const service = createTokenService(dependencies);
  return { service, routes: (app) => tokenRoutes(app, service) };
}
