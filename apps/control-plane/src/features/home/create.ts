/** Wires the feature: the pages by which people sign in and out. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { PasswordSignIn } from '../account/password-sign-in.ts';
import type { AccountService } from '../account/service.ts';
import { homeRoutes } from './routes.ts';

export interface HomeDependencies {
  readonly signIn: SignIn;
  readonly passwords: PasswordSignIn;
  /** Path on which a person goes on after signing in. */
  readonly landing: AccountService['landing'];
  readonly isTrustedOrigin: (origin: string) => boolean;
}

export function createHome(dependencies: HomeDependencies): {
  readonly routes: (app: App) => void;
} {
  return { routes: (app) => homeRoutes(app, dependencies) };
}
