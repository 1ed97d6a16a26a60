/**
 * What the groups of a person give: the one rule, without effects.
 *
 * - The highest role of their groups counts. Without one, a member whom single sign-on made has the connection's default role;
 *   a member whom people made keeps theirs, and is only ever raised.
 * - A team that some mapping names is the provider's: one is in it as long as a group gives it. All other teams are people's.
 */

import type { GroupMapping } from '@pullgate/protocol';
import type { Role } from '../../http/principal.ts';

/** From least to most. */
const RANK: readonly Role[] = ['member', 'auditor', 'admin', 'owner'];

export interface Place {
  readonly role: Role;
  readonly teams: readonly string[];
  readonly source: 'manual' | 'sso' | 'scim';
}

export interface GroupRules {
  readonly mappings: readonly GroupMapping[];
  readonly defaultRole: Role;
}

/** `place` is absent for somebody who comes for the first time. */
export function placeOf(
  { mappings, defaultRole }: GroupRules,
  groups: readonly string[],
  place?: Place,
): { readonly role: Role; readonly teams: readonly string[] } {
  const given = mappings.filter(({ group }) => groups.includes(group));
  const managed = new Set(mappings.flatMap(({ teams }) => teams ?? []));
  const own = (place?.teams ?? []).filter((slug) => !managed.has(slug));
  const roles = given.flatMap(({ role }) => role ?? []);
  const fallback = place === undefined || place.source === 'sso' ? defaultRole : place.role;
  return {
    role: highest(roles.length > 0 && place?.source !== 'manual' ? roles : [...roles, fallback]),
    teams: [...new Set([...own, ...given.flatMap(({ teams }) => teams ?? [])])].sort(),
  };
}

function highest(roles: readonly Role[]): Role {
  return RANK[Math.max(...roles.map((role) => RANK.indexOf(role)))] ?? 'member';
}

/** The groups claim: a list of text, or one text. Anything else gives nothing. */
export function parseGroups(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((group) => typeof group === 'string') : [];
}
