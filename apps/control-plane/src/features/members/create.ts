/** Wires the feature: members. */

import type { App } from '../../http/server.ts';
import { memberRoutes } from './routes.ts';
import { createMemberService, type MemberDependencies } from './service.ts';

export function createMembers(dependencies: MemberDependencies): { readonly routes: (app: App) => void } {
  const service = createMemberService(dependencies);
  return { routes: (app) => memberRoutes(app, service) };
}
