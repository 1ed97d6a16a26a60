/** The access guard: every route says who may use it, and nobody else gets through. Leaves finding sessions and tokens to their owners. */

import type { ScopeName } from '@pullgate/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../errors.ts';
import type { TokenLimit } from './limits.ts';
import {
  type MachinePrincipal,
  type Member,
  type OrganizationRef,
  type Principal,
  ROLE_SCOPES,
  type Role,
  withImplied,
} from './principal.ts';

/**
 * `public`: anyone. `user`: anyone signed in (and, below an organization, a member of it). `machine`: an enrolled machine.
 * `{ scope }`: a person or token with that scope in the organization of the path.
 */
export type Access = 'public' | 'user' | 'machine' | { readonly scope: ScopeName };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    principal?: Principal;
    machine?: MachinePrincipal;
  }
}

export interface Authenticators {
  /** Bounds wrong tokens per client. */
  readonly tokenLimit: TokenLimit;
  /** The bearer of an API token. @throws ControlPlaneError TOKEN_INVALID, TOKEN_EXPIRED */
  readonly token: (token: string) => Promise<Principal>;
  /** The person of the session cookie, without organization, role and scopes. */
  readonly session: (request: FastifyRequest) => Promise<Principal | undefined>;
  /** The machine of `Authorization: Machine …`. @throws ControlPlaneError */
  readonly machine: (request: FastifyRequest) => Promise<MachinePrincipal>;
  /**
   * The person's place in an organization; undefined for strangers, deactivated members and unknown organizations alike.
   * @throws ControlPlaneError TWO_FACTOR_REQUIRED when the person lacks the second factor that the organization requires
   */
  readonly membership: (
    userId: string,
    slug: string,
  ) => Promise<{ readonly organization: OrganizationRef; readonly role: Role } | undefined>;
  /** Whether a browser may send a session cookie along from this origin. */
  readonly isTrustedOrigin: (origin: string) => boolean;
}

/** Refuses, at start, every route that does not say who may use it. Call it before any route is registered. */
export function requireAccessOnRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access !== undefined) return;
    throw new ControlPlaneError(
      'ROUTE_WITHOUT_ACCESS',
      `route ${String(route.method)} ${route.url} declares no access`,
    );
  });
}

export function guardAccess(app: FastifyInstance, authenticators: Authenticators): void {
  app.decorateRequest('principal', undefined);
  app.decorateRequest('machine', undefined);
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (access === undefined || access === 'public') return;
    if (access === 'machine') {
      request.machine = await authenticators.machine(request);
      return;
    }
    const principal = await placed(request, await authenticate(request, authenticators), authenticators);
    request.principal = principal;
    if (access !== 'user' && !principal.scopes.includes(access.scope)) throw lacking(principal, access.scope);
  });
}

async function authenticate(request: FastifyRequest, authenticators: Authenticators): Promise<Principal> {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header)?.[1];
    if (token === undefined)
      throw new ControlPlaneError('TOKEN_INVALID', 'expected Authorization: Bearer <token>');
    return await authenticateToken(token, request, authenticators);
  }
  const principal = await authenticators.session(request);
  if (principal !== undefined) {
    refuseForeignOrigin(request, authenticators);
    return principal;
  }
  throw new ControlPlaneError('SIGN_IN_REQUIRED', 'this needs a session or an API token', {
    hint: 'sign in, or send Authorization: Bearer <token>',
  });
}

async function authenticateToken(
  token: string,
  request: FastifyRequest,
  { token: judge, tokenLimit }: Authenticators,
): Promise<Principal> {
  await tokenLimit.check(request);
  try {
    return await judge(token);
  } catch (error) {
    if (error instanceof ControlPlaneError) await tokenLimit.noteFailure(request);
    throw error;
  }
}

/** Another site's page in the owner's browser would send the session cookie along (CSRF). */
function refuseForeignOrigin(request: FastifyRequest, authenticators: Authenticators): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const origin = request.headers.origin;
  if (origin !== undefined && authenticators.isTrustedOrigin(origin)) return;
  throw new ControlPlaneError(
    'ORIGIN_REFUSED',
    'a session changes things only from the pages of this server',
  );
}

/** Puts the principal into the organization of the path; another organization's slug looks like one that does not exist. */
async function placed(
  request: FastifyRequest,
  principal: Principal,
  authenticators: Authenticators,
): Promise<Principal> {
  const { organization: slug } = request.params as { organization?: string };
  if (slug === undefined) return principal;
  const unknown = () => new ControlPlaneError('NOT_FOUND', 'no such organization, or none of yours');
  if (principal.kind === 'token') {
    if (principal.organization?.slug !== slug) throw unknown();
    return principal;
  }
  const membership = await authenticators.membership(principal.userId, slug);
  if (membership === undefined) throw unknown();
  return { ...principal, ...membership, scopes: withImplied(ROLE_SCOPES[membership.role]) };
}

function lacking(principal: Principal, scope: ScopeName): ControlPlaneError {
  return principal.kind === 'token'
    ? new ControlPlaneError('SCOPE_MISSING', `the token lacks the scope ${scope}`, {
        hint: `use a token made with ${scope} by somebody who may`,
      })
    : new ControlPlaneError('FORBIDDEN', `the role ${principal.role ?? 'member'} does not include ${scope}`, {
        hint: 'ask an owner of the organization',
      });
}

/** The principal of a route below an organization. */
export function memberOf(request: FastifyRequest): Member {
  const { principal } = request;
  if (principal?.organization === undefined || principal.role === undefined) {
    throw new ControlPlaneError('INTERNAL', 'route outside of an organization asks for a member');
  }
  return { ...principal, organization: principal.organization, role: principal.role };
}

/** The person or token of a route with access `user`. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal !== undefined) return request.principal;
  throw new ControlPlaneError('INTERNAL', 'public route asks for a principal');
}

/** The machine of a route with access `machine`. */
export function machineOf(request: FastifyRequest): MachinePrincipal {
  if (request.machine !== undefined) return request.machine;
  throw new ControlPlaneError('INTERNAL', 'route without machine access asks for a machine');
}
