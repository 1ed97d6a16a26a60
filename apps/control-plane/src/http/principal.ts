/** Who is asking: people and tokens, what their roles may do. Leaves finding out to the access guard. */

import { SCOPES, type ScopeName } from '@pullgate/protocol';

export const ROLES = ['owner', 'admin', 'auditor', 'member'] as const;
export type Role = (typeof ROLES)[number];

export interface OrganizationRef {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** A person, signed in or by a token. `organization` is that of the path; absent outside of one. */
export interface Principal {
  readonly kind: 'user' | 'token';
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly organization?: OrganizationRef;
  readonly role?: Role;
  /** What may be done here: the role's scopes, narrowed by the token's. */
  readonly scopes: readonly ScopeName[];
  readonly tokenId?: string;
  readonly expiresAt?: number;
}

/** A principal inside an organization: what every handler below `/organizations/:organization` gets. */
export type Member = Principal & { readonly organization: OrganizationRef; readonly role: Role };

/** An enrolled machine. */
export interface MachinePrincipal {
  readonly machineId: string;
  readonly organization: OrganizationRef;
}

const READS: readonly ScopeName[] = [
  'policy:read',
  'activity:read',
  'decisions:read',
  'machines:read',
  'tokens:read',
  'people:read',
];

/** What each role may do. Members use their own session and ask; auditors read everything. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly ScopeName[]>> = {
  owner: SCOPES,
  // Roles of owners, and how people come in, are the owners' own.
  admin: SCOPES.filter((scope) => scope !== 'organization:write'),
  auditor: READS,
  member: [],
};

const IMPLIED: Partial<Readonly<Record<ScopeName, ScopeName>>> = {
  'policy:write': 'policy:read',
  'machines:write': 'machines:read',
  'tokens:write': 'tokens:read',
  'people:write': 'people:read',
};

/** Adds what the scopes imply: who may write may read. */
export function withImplied(scopes: readonly ScopeName[]): readonly ScopeName[] {
  const implied = scopes.flatMap((scope) => IMPLIED[scope] ?? []);
  return [...new Set([...scopes, ...implied])];
}

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}
