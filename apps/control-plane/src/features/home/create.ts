/** Wires the feature: the pages by which people sign in and out. It appends nothing to Activity. */

import type { App } from '../../http/server.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { PasswordSignIn } from '../account/password-sign-in.ts';
import { homeRoutes } from './routes.ts';

export interface HomeDependencies {
  readonly signIn: SignIn;
  readonly passwords: PasswordSignIn;
  readonly isTrustedOrigin: (origin: string) => boolean;
}

export function createHome({ signIn, passwords, isTrustedOrigin }: HomeDependencies): {
  readonly routes: (app: App) => void;
} {
  return { routes: (app) => homeRoutes(app, signIn, passwords, isTrustedOrigin) };
}
