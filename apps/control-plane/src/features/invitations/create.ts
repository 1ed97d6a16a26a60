/** Wires the feature: invitations. */

import type { App } from '../../http/server.ts';
import { type AcceptanceDependencies, createAcceptance } from './acceptance.ts';
import { invitationPageRoutes } from './page-routes.ts';
import { invitationRoutes } from './routes.ts';
import { createInvitationService } from './service.ts';

export function createInvitations(
  dependencies: AcceptanceDependencies & { readonly isTrustedOrigin: (origin: string) => boolean },
): { readonly routes: (app: App) => void } {
  const service = createInvitationService(dependencies);
  const acceptance = createAcceptance(dependencies);
  return {
    routes: (app) => {
      invitationRoutes(app, service);
      invitationPageRoutes(app, acceptance, dependencies);
    },
  };
}
