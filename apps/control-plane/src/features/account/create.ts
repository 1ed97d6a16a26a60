/** Wires the feature: a person's own account, signing in by password, and a forgotten password. */

import type { ControlPlaneConfig } from '../../config.ts';
import type { App } from '../../http/server.ts';
import { accountPageRoutes } from './page-routes.ts';
import { createPasswordReset, type PasswordResetDependencies } from './password-reset.ts';
import { passwordResetPageRoutes } from './password-reset-page-routes.ts';
import { limitResets, passwordResetRoutes } from './password-reset-routes.ts';
import { createPasswordSignIn, type PasswordSignIn } from './password-sign-in.ts';
import { accountRoutes } from './routes.ts';
import { type AccountService, createAccountService } from './service.ts';
import { passwordSignInRoutes } from './sign-in-routes.ts';

export interface CreateAccountDependencies extends PasswordResetDependencies {
  readonly config: ControlPlaneConfig;
  readonly isTrustedOrigin: (origin: string) => boolean;
}

export function createAccount(dependencies: CreateAccountDependencies): {
  readonly passwords: PasswordSignIn;
  readonly service: AccountService;
  readonly routes: (app: App) => void;
} {
  const { isTrustedOrigin, config } = dependencies;
  const passwords = createPasswordSignIn(dependencies);
  const service = createAccountService(dependencies);
  const resets = createPasswordReset(dependencies);
  return {
    passwords,
    service,
    routes: (app) => {
      passwordSignInRoutes(app, passwords, isTrustedOrigin);
      accountRoutes(app, service);
      accountPageRoutes(app, service, dependencies);
      const limit = limitResets(app);
      passwordResetRoutes(app, resets, limit);
      passwordResetPageRoutes(app, resets, limit, { isTrustedOrigin, sendsMail: config.mail !== undefined });
    },
  };
}
