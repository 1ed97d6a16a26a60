/** Wires the feature: files that make machines ask for a sign-in. They follow from the organization's slug alone. */

import type { App } from '../../http/server.ts';
import { signInFileRoutes } from './routes.ts';

export function createSignInFiles(): { readonly routes: (app: App) => void } {
  return { routes: signInFileRoutes };
}
