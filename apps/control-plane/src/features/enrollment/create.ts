/** Wires the feature: enrolment tokens, and machines that enrol by them. */

import type { Dependencies } from '../../dependencies.ts';
import type { TokenLimit } from '../../http/limits.ts';
import type { App } from '../../http/server.ts';
import { enrollmentRoutes } from './routes.ts';
import { createEnrollmentService, type EnrollmentService } from './service.ts';

export function createEnrollment(
  dependencies: Pick<Dependencies, 'db' | 'activity' | 'clock' | 'newId'> & {
    readonly tokenLimit: TokenLimit;
  },
): { readonly service: EnrollmentService; readonly routes: (app: App) => void } {
  const service = createEnrollmentService(dependencies);
  return { service, routes: (app) => enrollmentRoutes(app, service, dependencies.tokenLimit) };
}
