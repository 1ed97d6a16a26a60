/** What groups of a directory give here: teams and roles, by the mappings of the organization. */

import type { GroupMapping, RoleName } from '@pullgate/protocol';
import { ROLES, type Role } from '../../http/principal.ts';

/** What a list of mappings gives, in the words that the SCIM plugin keeps. */
export function toGrants(mappings: readonly GroupMapping[]): string[] {
  const grants = mappings.flatMap(({ teams = [], role }) => [
    ...teams.map((slug) => `team:${slug}`),
    ...(role === undefined ? [] : [`role:${role}`]),
  ]);
  return [...new Set(grants)];
}

/** A mapping names a group by its name, or by the id that it has in the directory. */
export function grantsOfGroup(
  mappings: readonly GroupMapping[],
  group: { readonly displayName: string; readonly externalId?: string },
): string[] {
  return toGrants(
    mappings.filter(({ group: name }) => name === group.displayName || name === group.externalId),
  );
}

export const teamsOf = (grants: readonly string[]): string[] =>
  grants.filter((grant) => grant.startsWith('team:')).map((grant) => grant.slice(5));

/** The highest role among grants; undefined when they give none. */
export function roleOf(grants: readonly string[]): RoleName | undefined {
  return ROLES.find((role) => grants.includes(`role:${role}`));
}

/**
 * The role that a person should have. Roles that some mapping names are the directory's to give and to take; another one
 * was given by hand and is only ever raised.
 */
export function decideRole(now: Role, given: RoleName | undefined, governed: readonly string[]): Role {
  const isGoverned = governed.includes(`role:${now}`);
  if (given === undefined) return isGoverned ? 'member' : now;
  return isGoverned || rank(given) < rank(now) ? given : now;
}

/** Teams that no mapping names were given by hand, and stay. */
export function decideTeams(
  now: readonly string[],
  given: readonly string[],
  governed: readonly string[],
): string[] {
  const byHand = now.filter((slug) => !governed.includes(`team:${slug}`));
  return [...new Set([...byHand, ...given])].sort();
}

const rank = (role: string): number => ROLES.indexOf(role as Role);
