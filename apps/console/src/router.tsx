/** Addresses of the console and the page behind each; pages are loaded when they are first opened. */

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isUnused } from './api/latest-decisions.ts';
import { sessionQuery } from './api/session.ts';
import { MissingPage } from './shell/missing-page.tsx';
import { NoOrganization } from './shell/no-organization.tsx';
import { OrganizationFrame } from './shell/organization-frame.tsx';
import { PAGES } from './shell/page-list.ts';
import { pagePath } from './shell/page-path.ts';
import { PagePending } from './shell/page-pending.tsx';
import { PageProblem } from './shell/page-problem.tsx';

interface RouterContext {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  beforeLoad: async ({ context }) => ({ session: await context.queries.ensureQueryData(sessionQuery) }),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: NoOrganization,
  beforeLoad({ context }) {
    const first = context.session.organizations[0];
    if (first !== undefined) throw redirect({ to: pagePath(first.slug) });
  },
});

const organization = createRoute({
  getParentRoute: () => root,
  path: '/organizations/$organization',
  component: OrganizationFrame,
  beforeLoad({ context, params }) {
    if (!context.session.organizations.some(({ slug }) => slug === params.organization)) {
      throw redirect({ to: '/', replace: true });
    }
  },
});

/** The first page that the person may have; for an owner, the first run until there is a decision to see. */
const first = createRoute({
  getParentRoute: () => organization,
  path: '/',
  async beforeLoad({ context, params }) {
    const place = context.session.organizations.find(({ slug }) => slug === params.organization);
    if (place?.role === 'owner' && (await isUnused(context.queries, place.slug))) {
      throw redirect({ to: pagePath(place.slug, 'first-run'), replace: true });
    }
    const page = PAGES.find(({ scope }) => scope === undefined || place?.scopes.includes(scope));
    throw redirect({ to: pagePath(params.organization, page?.path ?? 'check'), replace: true });
  },
});

const page = <P extends string>(path: P, component: () => Promise<{ Page: React.ComponentType }>) =>
  createRoute({
    getParentRoute: () => organization,
    path,
    component: lazyRouteComponent(component, 'Page'),
    // Filters live in the address, so that a view can be sent to somebody; each page checks what it reads.
    validateSearch: (search: Record<string, unknown>) => search,
  });

const routeTree = root.addChildren([
  home,
  organization.addChildren([
    first,
    page('check', () => import('./pages/check/page.tsx')),
    page('sign-in', () => import('./pages/sign-in/page.tsx')),
    page('first-run', () => import('./pages/first-run/page.tsx')),
    page('overview', () => import('./pages/overview/page.tsx')),
    page('activity', () => import('./pages/activity/page.tsx')),
    page('decisions', () => import('./pages/decisions/page.tsx')),
    page('registry-access', () => import('./pages/registry-access/page.tsx')),
    page('people', () => import('./pages/people/page.tsx')),
    page('settings', () => import('./pages/settings/page.tsx')),
    page('machines', () => import('./pages/machines/page.tsx')),
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageProblem,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
