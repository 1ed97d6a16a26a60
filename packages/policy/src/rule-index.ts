/**
 * The shape of an index of rules: by host, team, repository, tag, digest and action, so that looking one up costs the same
 * with ten rules as with ten thousand. Leaves filling it to `compile-rules.ts` and reading it to `find-rule.ts`.
 */

import type { Digest, HostPattern, Repository, Tag, TagPattern } from '@pullgate/reference';
import type { HostIndex } from './host-index.ts';
import { ACTIONS, type Action, type RegistryEntry } from './types.ts';

/** What entries, denials and grants have in common. */
export interface Rule {
  readonly id: string;
  readonly pattern: HostPattern;
  readonly actions: readonly Action[];
  readonly repositories?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly digests?: readonly string[] | undefined;
  readonly teams?: readonly string[] | undefined;
  readonly because?: string | undefined;
  readonly whenHostOnly?: 'allow' | 'deny' | undefined;
  readonly insecure?: boolean | undefined;
  readonly mirrorOf?: RegistryEntry['mirrorOf'] | undefined;
  /** Of a grant: milliseconds since the epoch. */
  readonly expiresAt?: number | undefined;
}

/**
 * How a part of the query that is not known is read. An allow *could* cover it (`possible`): a shallow point must let pass
 * what a deeper one may still allow. A denial must cover it for *certain*: it may stop only what no deeper query escapes.
 */
export type Certainty = 'possible' | 'certain';

/** What a look-up asks, the subject's teams and the clock included. */
export interface Wanted {
  readonly repository: Repository | undefined;
  readonly tag: Tag | undefined;
  readonly digest: Digest | undefined;
  /** Index of the action in {@link ACTIONS}; {@link ANY_ACTION} when it is not known. */
  readonly slot: number;
  readonly teams: readonly string[];
  readonly now: number;
}

export const ANY_ACTION = ACTIONS.length;

/** The first rule for each action, and last for the unknown one; apart from it those that expire, which only grants do. */
export interface Slots {
  readonly lasting: (Rule | undefined)[];
  expiring: Rule[] | undefined;
}

/** A rule with the slots that it fills; bit per slot. */
export interface IndexedRule extends Rule {
  readonly slots: number;
}

/** Parts that no rule needs stay undefined: with 10,000 rules, what does not exist is not fetched into the cache. */
export interface Leaf {
  /** The only rule here, when it has neither tags nor digests and lasts: one object to read instead of three. */
  sole: IndexedRule | undefined;
  /** Rules without tags and digests. */
  plain: Slots | undefined;
  /** Rules that cover a query with neither tag nor digest. */
  unknown: Slots | undefined;
  tags: Map<string, Slots> | undefined;
  globs: { readonly pattern: TagPattern; readonly slots: Slots }[] | undefined;
  digests: Map<string, Slots> | undefined;
}

export interface Node {
  children: Map<string, Node> | undefined;
  /** `*`: exactly one segment. */
  one: Node | undefined;
  /** The pattern ends here. */
  end: Leaf | undefined;
  /** `**`: one or more further segments. */
  rest: Leaf | undefined;
}

/** The rules of one host pattern and one team, or those for everyone. */
export interface Bucket {
  readonly repositories: Node;
  /** Rules that cover a query without a repository. */
  readonly unknown: Leaf;
  /** Actions that are covered whole, without limits of content; bit per action. */
  wideActions: number;
  expires: boolean;
  readonly rules: Rule[];
  /** First rule that a host-only point could not hold. */
  deep: Rule | undefined;
  /** First rule whose owner accepts the host alone. */
  hostOnly: Rule | undefined;
}

export interface HostRules {
  /** The only rule of the host, when it is for everyone, limits no content and lasts. */
  sole: IndexedRule | undefined;
  everyone: Bucket | undefined;
  teams: Map<string, Bucket> | undefined;
}

export interface RuleIndex {
  readonly hosts: HostIndex<HostRules>;
  readonly certainty: Certainty;
  readonly size: number;
  /** By id. */
  readonly rules: readonly Rule[];
}

export const ALL_ACTIONS = (1 << ACTIONS.length) - 1;

/** A bit per action. */
export function maskOf(actions: readonly Action[]): number {
  return actions.reduce((mask, action) => mask | (1 << ACTIONS.indexOf(action)), 0);
}
