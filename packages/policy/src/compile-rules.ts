/** Fills an index of rules. Leaves reading it to `find-rule.ts`. */

import { DOCKER_HUB, parseTagPattern } from '@pullgate/reference';
import { limitsContent } from './depth.ts';
import { createHostIndex, getOrCreate, type HostIndex, slotOf } from './host-index.ts';
import {
  ALL_ACTIONS,
  ANY_ACTION,
  type Bucket,
  type Certainty,
  type HostRules,
  type IndexedRule,
  type Leaf,
  maskOf,
  type Node,
  type Rule,
  type RuleIndex,
  type Slots,
} from './rule-index.ts';
import { ACTIONS } from './types.ts';

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
  const isWhole = rule.teams === undefined && rule.expiresAt === undefined && !limitsContent(rule);
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
  if (!limitsContent(rule)) bucket.wideActions |= maskOf(rule.actions);
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

/** Deep as a denial is deep: limited in anything that the host does not show. */
function isLimited(rule: Rule): boolean {
  return limitsContent(rule) || maskOf(rule.actions) !== ALL_ACTIONS;
}
