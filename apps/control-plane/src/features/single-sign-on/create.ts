/** Wires the feature: single sign-on. */

import type { App } from '../../http/server.ts';
import { type AdmissionDependencies, createAdmission } from './admission.ts';
import { ssoRoutes } from './routes.ts';
import { createSsoService, type SsoDependencies } from './service.ts';
import { ssoSignInRoutes } from './sign-in-routes.ts';
import { createVisits, type VisitDependencies } from './visit.ts';

export function createSingleSignOn(
  dependencies: SsoDependencies &
    AdmissionDependencies &
    VisitDependencies & { readonly isTrustedOrigin: (origin: string) => boolean },
): { readonly routes: (app: App) => void } {
  const { signIn, isTrustedOrigin } = dependencies;
  signIn.attach({ singleSignOn: createAdmission(dependencies) });
  const service = createSsoService(dependencies);
  const visits = createVisits(dependencies);
  return {
    routes: (app) => {
      ssoRoutes(app, service);
      ssoSignInRoutes(app, visits, isTrustedOrigin);
    },
  };
}
