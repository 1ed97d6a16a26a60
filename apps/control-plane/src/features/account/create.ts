/** Wires the feature: a person's own account, and signing in by password. */

import type { App } from '../../http/server.ts';
import { createPasswordSignIn, type PasswordSignIn } from './password-sign-in.ts';
import { accountRoutes } from './routes.ts';
import { type AccountDependencies, createAccountService } from './service.ts';
import { passwordSignInRoutes } from './sign-in-routes.ts';

export function createAccount(
  dependencies: AccountDependencies & { readonly isTrustedOrigin: (origin: string) => boolean },
): { readonly passwords: PasswordSignIn; readonly routes: (app: App) => void } {
  const passwords = createPasswordSignIn(dependencies);
  const service = createAccountService(dependencies);
  return {
    passwords,
    routes: (app) => {
      passwordSignInRoutes(app, passwords, dependencies.isTrustedOrigin);
      accountRoutes(app, service);
    },
  };
}
