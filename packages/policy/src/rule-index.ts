/**
 * Indexes rules of one kind by host, team, repository, tag, digest and action, so that looking one up costs the same with
 * ten rules as with ten thousand. Knows what a rule covers, not what follows from it.
 */

import {
  type Digest,
  DOCKER_HUB,
  type HostPattern,
  matchTag,
  parseTagPattern,
  type RegistryHost,
  type Repository,
  type Tag,
  type TagPattern,
} from '@pullgate/reference';
import { allowsTraffic, limitsContent } from './depth.ts';
import { createHostIndex, firstMatch, getOrCreate, type HostIndex, slotOf } from './host-index.ts';
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
interface Slots {
  readonly lasting: (Rule | undefined)[];
  expiring: Rule[] | undefined;
}

/** A rule with the slots that it fills; bit per slot. */
interface IndexedRule extends Rule {
  readonly slots: number;
}

/** Parts that no rule needs stay undefined: with 10,000 rules, what does not exist is not fetched into the cache. */
interface Leaf {
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

interface Node {
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

/** Rules are taken in the order of their ids, so that the order of the document changes nothing. */
export function compileRules(rules: readonly Rule[], certainty: Certainty): RuleIndex {
  const hosts = createHostIndex<HostRules>();
  const sorted = rules.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const rule of sorted) addToHosts(hosts, toIndexed(rule, certainty), certainty);
  return { hosts, certainty, size: rules.length, rules: sorted };
}

function toIndexed(rule: Rule, certainty: Certainty): IndexedRule {
  const slots = slotsOf(rule, certainty).reduce((mask, slot) => mask | (1 << slot), 0);
  return { ...rule, slots };
}

function addToHosts(hosts: HostIndex<HostRules>, rule: IndexedRule, certainty: Certainty): void {
  const host = slotOf(
    hosts,
    rule.pattern,
    () => ({ sole: undefined, everyone: undefined, teams: undefined }) as HostRules,
  );
  const isFirst = host.everyone === undefined && host.teams === undefined;
  const isWhole = rule.teams === undefined && rule.expiresAt === undefined && !limitsContent(toLimits(rule));
  host.sole = isFirst && isWhole ? rule : undefined;
  for (const bucket of bucketsOf(host, rule)) addToBucket(bucket, rule, certainty);
}

function bucketsOf(host: HostRules, rule: Rule): Bucket[] {
  if (rule.teams === undefined) {
    host.everyone ??= createBucket();
    return [host.everyone];
  }
  host.teams ??= new Map();
  const { teams } = host;
  return [...new Set(rule.teams)].map((team) => getOrCreate(teams, team, createBucket));
}

function createBucket(): Bucket {
  return {
    repositories: createNode(),
    unknown: createLeaf(),
    wideActions: 0,
    expires: false,
    rules: [],
    deep: undefined,
    hostOnly: undefined,
  };
}

function createNode(): Node {
  return { children: undefined, one: undefined, end: undefined, rest: undefined };
}

function createLeaf(): Leaf {
  return {
    sole: undefined,
    plain: undefined,
    unknown: undefined,
    tags: undefined,
    globs: undefined,
    digests: undefined,
  };
}

function createSlots(): Slots {
  return { lasting: new Array<undefined>(ANY_ACTION + 1).fill(undefined), expiring: undefined };
}

function addToBucket(bucket: Bucket, rule: IndexedRule, certainty: Certainty): void {
  bucket.rules.push(rule);
  bucket.expires ||= rule.expiresAt !== undefined;
  if (rule.whenHostOnly === 'allow') bucket.hostOnly ??= rule;
  if (!limitsContent(toLimits(rule))) bucket.wideActions |= maskOf(rule.actions);
  if (isLimited(rule) && rule.whenHostOnly !== 'allow') bucket.deep ??= rule;
  const isCovered = certainty === 'possible' || rule.repositories === undefined;
  if (isCovered) addToLeaf(bucket.unknown, rule, certainty);
  for (const pattern of rule.repositories ?? ['**']) {
    addToLeaf(leafOf(bucket.repositories, toSegments(pattern, rule)), rule, certainty);
  }
}

/** On Docker Hub `alpine` is `library/alpine`, in patterns as in references. */
function toSegments(pattern: string, rule: Rule): string[] {
  const isHub = rule.pattern.kind === 'exact' && rule.pattern.host === DOCKER_HUB;
  return isHub && !/[*/]/.test(pattern) ? ['library', pattern] : pattern.split('/');
}

function leafOf(root: Node, segments: readonly string[]): Leaf {
  let node = root;
  for (const [index, segment] of segments.entries()) {
    if (segment === '**' && index === segments.length - 1) {
      node.rest ??= createLeaf();
      return node.rest;
    }
    node = descend(node, segment);
  }
  node.end ??= createLeaf();
  return node.end;
}

function descend(node: Node, segment: string): Node {
  if (segment === '*') {
    node.one ??= createNode();
    return node.one;
  }
  node.children ??= new Map();
  return getOrCreate(node.children, segment, createNode);
}

function addToLeaf(leaf: Leaf, rule: IndexedRule, certainty: Certainty): void {
  const isLimitedByVersion = rule.tags !== undefined || rule.digests !== undefined;
  const isFirst = leaf.plain === undefined && leaf.unknown === undefined && leaf.tags === undefined;
  const isOnly = isFirst && leaf.globs === undefined && leaf.digests === undefined;
  leaf.sole = isOnly && !isLimitedByVersion && rule.expiresAt === undefined ? rule : undefined;
  if (!isLimitedByVersion) {
    leaf.plain ??= createSlots();
    addToSlots(leaf.plain, rule, certainty);
  }
  if (!isLimitedByVersion || certainty === 'possible') {
    leaf.unknown ??= createSlots();
    addToSlots(leaf.unknown, rule, certainty);
  }
  for (const text of rule.tags ?? []) addToSlots(slotsOfTag(leaf, text), rule, certainty);
  for (const digest of rule.digests ?? []) {
    leaf.digests ??= new Map();
    addToSlots(getOrCreate(leaf.digests, digest, createSlots), rule, certainty);
  }
}

function slotsOfTag(leaf: Leaf, text: string): Slots {
  if (!text.includes('*')) {
    leaf.tags ??= new Map();
    return getOrCreate(leaf.tags, text, createSlots);
  }
  leaf.globs ??= [];
  const known = leaf.globs.find((glob) => glob.pattern.text === text);
  if (known !== undefined) return known.slots;
  const glob = { pattern: parseTagPattern(text), slots: createSlots() };
  leaf.globs.push(glob);
  return glob.slots;
}

function addToSlots(slots: Slots, rule: Rule, certainty: Certainty): void {
  if (rule.expiresAt !== undefined) {
    slots.expiring ??= [];
    slots.expiring.push(rule);
    return;
  }
  for (const slot of slotsOf(rule, certainty)) slots.lasting[slot] ??= rule;
}

function slotsOf(rule: Rule, certainty: Certainty): number[] {
  const slots = rule.actions.map((action) => ACTIONS.indexOf(action));
  const coversUnknown = certainty === 'possible' || maskOf(rule.actions) === ALL_ACTIONS;
  return coversUnknown ? [...slots, ANY_ACTION] : slots;
}

const ALL_ACTIONS = (1 << ACTIONS.length) - 1;

function maskOf(actions: readonly Action[]): number {
  return actions.reduce((mask, action) => mask | (1 << ACTIONS.indexOf(action)), 0);
}

/** Deep as a denial is deep: limited in anything that the host does not show. */
function isLimited(rule: Rule): boolean {
  return limitsContent(toLimits(rule)) || maskOf(rule.actions) !== ALL_ACTIONS;
}

function toLimits({ repositories, tags, digests }: Rule) {
  return {
    ...(repositories && { repositories }),
    ...(tags && { tags }),
    ...(digests && { digests }),
  };
}

/** Actions that the bucket covers whole. Only grants expire, and a machine has few. */
export function wideActionsOf(bucket: Bucket, now: number): number {
  if (!bucket.expires) return bucket.wideActions;
  const wide = bucket.rules.filter((rule) => !limitsContent(toLimits(rule)) && isInForce(rule, now));
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

function ruleOfBucket(bucket: Bucket, wanted: Wanted): Rule | undefined {
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
