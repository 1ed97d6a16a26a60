/** Says when a rule is deep: when a point that sees only the host could not hold it (semantics 3). */

import type { Action } from './types.ts';

/** What can make a rule deep; an entry carries `allow`, a denial `actions`, a grant `actions`. */
export interface Limits {
  readonly allow?: readonly Action[] | undefined;
  readonly actions?: readonly Action[] | undefined;
  readonly repositories?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly digests?: readonly string[] | undefined;
}

/**
 * Whether the rule limits repository, tag, digest or action. Allowing both pull and push is no limit of the action:
 * deleting and listing are administrative, and registries ask their own credentials for them. A block is none either.
 */
export function isDeep(rule: Limits): boolean {
  if (limitsContent(rule)) return true;
  if (rule.actions !== undefined) return true;
  return rule.allow !== undefined && rule.allow.length > 0 && !allowsTraffic(rule.allow);
}

/** Whether the rule limits what is addressed: repository, tag or digest. */
export function limitsContent(rule: Limits): boolean {
  return rule.repositories !== undefined || rule.tags !== undefined || rule.digests !== undefined;
}

export function allowsTraffic(actions: readonly Action[]): boolean {
  return actions.includes('pull') && actions.includes('push');
}
