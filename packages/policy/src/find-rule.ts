/** Reads an index of rules: what a rule covers, not what follows from it. */

import { matchTag, type RegistryHost, type Tag } from '@pullgate/reference';
import { allowsTraffic, limitsContent } from './depth.ts';
import { firstMatch } from './host-index.ts';
import {
  ANY_ACTION,
  type Bucket,
  type HostRules,
  type IndexedRule,
  type Leaf,
  maskOf,
  type Node,
  type Rule,
  type RuleIndex,
  type Slots,
  type Wanted,
} from './rule-index.ts';
import { ACTIONS } from './types.ts';

/** Actions that the bucket covers whole. Only grants expire, and a machine has few. */
export function wideActionsOf(bucket: Bucket, now: number): number {
  if (!bucket.expires) return bucket.wideActions;
  const wide = bucket.rules.filter((rule) => !limitsContent(rule) && isInForce(rule, now));
  return wide.reduce((mask, rule) => mask | maskOf(rule.actions), 0);
}

function isInForce(rule: Rule, now: number): boolean {
  return rule.expiresAt === undefined || rule.expiresAt > now;
}

/** Whether every part of traffic on the host is covered by rules without limits. */
export function coversTraffic(wideActions: number): boolean {
  return allowsTraffic(ACTIONS.filter((_, index) => (wideActions & (1 << index)) !== 0));
}

/** The first rule of the index that covers what is wanted on this host. */
export function findRule(index: RuleIndex, host: RegistryHost, wanted: Wanted): Rule | undefined {
  return index.size === 0 ? undefined : firstMatch(index.hosts, host, ruleOfHost, wanted);
}

function ruleOfHost(host: HostRules, wanted: Wanted): Rule | undefined {
  if (host.sole !== undefined) return ifCovered(host.sole, wanted);
  const rule = host.everyone === undefined ? undefined : ruleOfBucket(host.everyone, wanted);
  return rule ?? firstOfTeams(host, ruleOfBucket, wanted);
}

/** Visits the buckets that concern the subject until `visit` returns something. */
export function firstBucket<R>(
  host: HostRules,
  wanted: Wanted,
  visit: (bucket: Bucket, wanted: Wanted) => R | undefined,
): R | undefined {
  const found = host.everyone === undefined ? undefined : visit(host.everyone, wanted);
  return found ?? firstOfTeams(host, visit, wanted);
}

function firstOfTeams<R>(
  host: HostRules,
  visit: (bucket: Bucket, wanted: Wanted) => R | undefined,
  wanted: Wanted,
): R | undefined {
  if (host.teams === undefined) return undefined;
  for (const team of wanted.teams) {
    const bucket = host.teams.get(team);
    const found = bucket === undefined ? undefined : visit(bucket, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first rule of the bucket that covers what is wanted. */
export function ruleOfBucket(bucket: Bucket, wanted: Wanted): Rule | undefined {
  if (wanted.repository === undefined) return ruleOfSlots(bucket.unknown.unknown, wanted);
  return ruleOfNode(bucket.repositories, wanted.repository, 0, wanted);
}

/** Walks the segments of the repository from `start`; literal before `*` before `**`. */
function ruleOfNode(node: Node, repository: string, start: number, wanted: Wanted): Rule | undefined {
  if (start > repository.length) return node.end === undefined ? undefined : ruleOfLeaf(node.end, wanted);
  const slash = repository.indexOf('/', start);
  const end = slash === -1 ? repository.length : slash;
  const child = node.children === undefined ? undefined : node.children.get(repository.slice(start, end));
  const literal = child === undefined ? undefined : ruleOfNode(child, repository, end + 1, wanted);
  if (literal !== undefined) return literal;
  const one = node.one === undefined ? undefined : ruleOfNode(node.one, repository, end + 1, wanted);
  if (one !== undefined) return one;
  return node.rest === undefined ? undefined : ruleOfLeaf(node.rest, wanted);
}

function ifCovered(rule: IndexedRule, { slot }: Wanted): Rule | undefined {
  return (rule.slots & (1 << slot)) === 0 ? undefined : rule;
}

function ruleOfLeaf(leaf: Leaf, wanted: Wanted): Rule | undefined {
  if (leaf.sole !== undefined) return ifCovered(leaf.sole, wanted);
  const { tag, digest } = wanted;
  if (tag === undefined && digest === undefined) return ruleOfSlots(leaf.unknown, wanted);
  return (
    ruleOfSlots(leaf.plain, wanted) ??
    (tag === undefined ? undefined : ruleOfTag(leaf, tag, wanted)) ??
    (digest === undefined ? undefined : ruleOfSlots(leaf.digests?.get(digest), wanted))
  );
}

function ruleOfTag(leaf: Leaf, tag: Tag, wanted: Wanted): Rule | undefined {
  const exact = ruleOfSlots(leaf.tags?.get(tag), wanted);
  if (exact !== undefined) return exact;
  for (const glob of leaf.globs ?? []) {
    const rule = matchTag(glob.pattern, tag) ? ruleOfSlots(glob.slots, wanted) : undefined;
    if (rule !== undefined) return rule;
  }
  return undefined;
}

function ruleOfSlots(slots: Slots | undefined, wanted: Wanted): Rule | undefined {
  if (slots === undefined) return undefined;
  const lasting = slots.lasting[wanted.slot];
  return lasting ?? (slots.expiring === undefined ? undefined : ruleInForce(slots.expiring, wanted));
}

/** A machine has few grants, so they are tried one by one; a grant only ever allows. */
function ruleInForce(rules: readonly Rule[], { slot, now }: Wanted): Rule | undefined {
  return rules.find(
    (rule) =>
      isInForce(rule, now) &&
      (slot === ANY_ACTION || rule.actions.some((action) => ACTIONS[slot] === action)),
  );
}
