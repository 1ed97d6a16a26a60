/** Says who is asking, and finds people's places in organizations for the access guard. */

import type { Session } from '@pullgate/protocol';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { toHeaders } from '../../http/fetch-bridge.ts';
import {
  isRole,
  type OrganizationRef,
  type Principal,
  ROLE_SCOPES,
  type Role,
  withImplied,
} from '../../http/principal.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { lacksSecondFactor, secondFactorRequired } from './second-factor.ts';
import { listMemberships } from './store.ts';

export interface SessionService {
  describe(principal: Principal): Promise<Session>;
  /** The person of the session cookie, without a place in any organization. */
  authenticate(request: FastifyRequest): Promise<Principal | undefined>;
  /** The person of a session's own token, which a device carries in place of a cookie. @throws ControlPlaneError TOKEN_INVALID */
  authenticateToken(token: string): Promise<Principal>;
  /** @throws ControlPlaneError TWO_FACTOR_REQUIRED */
  membership(
    userId: string,
    slug: string,
  ): Promise<{ organization: OrganizationRef; role: Role } | undefined>;
}

export interface SessionDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
}

export function createSessionService({ db, signIn }: SessionDependencies): SessionService {
  return {
    async describe(principal) {
      const memberships = await listMemberships(db, principal.userId);
      const { organization } = principal;
      return {
        kind: principal.kind,
        user: { id: principal.userId, email: principal.email, name: principal.name },
        organizations: memberships
          .filter(({ id }) => organization === undefined || organization.id === id)
          .map(({ id, slug, name, role }) => ({ id, slug, name, role, scopes: scopesIn(principal, role) })),
        scopes: [...principal.scopes],
        ...(principal.expiresAt === undefined ? {} : { expiresAt: principal.expiresAt }),
      };
    },
    async authenticate(request) {
      if (request.headers.cookie === undefined) return undefined;
      const found = await signIn.session(toHeaders(request));
      return found === undefined ? undefined : { kind: 'user', ...found, scopes: [] };
    },
    async authenticateToken(token) {
      const found = await signIn.session(new Headers({ authorization: `Bearer ${token}` }));
      if (found !== undefined) return { kind: 'user', ...found, scopes: [] };
      throw new ControlPlaneError('TOKEN_INVALID', 'the token is unknown, was revoked, or its session ended');
    },
    async membership(userId, slug) {
      const found = (await listMemberships(db, userId)).find((membership) => membership.slug === slug);
      if (found === undefined || !isRole(found.role)) return undefined;
      const { id, name, role } = found;
      if (lacksSecondFactor(found)) throw secondFactorRequired(found);
      return { organization: { id, slug, name }, role };
    },
  };
}

/** A token's scopes are its own; a person's are those of the role. */
function scopesIn(principal: Principal, role: string): string[] {
  if (principal.kind === 'token') return [...principal.scopes];
  return isRole(role) ? [...withImplied(ROLE_SCOPES[role])] : [];
}
