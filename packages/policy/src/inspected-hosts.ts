/**
 * Names the hosts on which the rules need more than the host (semantics 3 and 4), whoever asks. Leaves to `judge-depth.ts` what
 * becomes of one query; what is named here and turns out not to be needed costs a certificate, what is missing denies a registry.
 */

import type { RegistryHost } from '@pullgate/reference';
import { withoutPlainPort } from './case.ts';
import type { CompiledPolicy, Mirrors } from './compile-policy.ts';
import { limitsContent } from './depth.ts';
import { coversTraffic } from './find-rule.ts';
import { firstMatch } from './host-index.ts';
import { ALL_ACTIONS, type Bucket, type HostRules, maskOf, type Rule, type RuleIndex } from './rule-index.ts';

/**
 * Exact hosts, sorted, on which some rule for some subject limits action, repository, tag or digest, or whose blobs come from
 * shared hosts. Docker Hub is `docker.io`, which stands for all its API hosts. Hosts that only a wildcard matches are not among
 * them, since no certificate could name them beforehand; nor is `host:80`, which is not reached over TLS.
 */
export function inspectedHosts(policy: CompiledPolicy): readonly RegistryHost[] {
  const { allows, blocks, grants, denials, mirrors, surroundings } = policy;
  const named = new Set<string>([
    ...[allows, blocks, grants, denials].flatMap(({ hosts }) => [...hosts.exact.keys()]),
    ...mirrors.exact.keys(),
    ...surroundings.registries.exact.keys(),
  ]);
  return [...named].filter((host) => isInspected(policy, host as RegistryHost)).sort() as RegistryHost[];
}

function isInspected(policy: CompiledPolicy, host: RegistryHost): boolean {
  if (withoutPlainPort(host) !== undefined) return false;
  const owner = policy.surroundings.apiHosts.get(host);
  const hosts = owner === undefined ? [host] : [host, owner];
  const on = (index: RuleIndex): Found => findOnHosts(index, hosts);
  const found = {
    allows: on(policy.allows),
    grants: on(policy.grants),
    blocks: on(policy.blocks),
    denials: on(policy.denials),
  };
  if (!couldPass(found)) return false;
  return (
    isBroad(policy, hosts) ||
    found.denials.rules.some(isLimited) ||
    isMirrorOfDenied(policy, host) ||
    isNarrow(found)
  );
}

/** The rules of one kind that concern a host: those for everyone, and those of each team. */
interface Found {
  readonly everyone: readonly Bucket[];
  readonly teams: ReadonlyMap<string, readonly Bucket[]>;
  readonly rules: readonly Rule[];
}

function findOnHosts(index: RuleIndex, hosts: readonly RegistryHost[]): Found {
  const matching: HostRules[] = [];
  const collect = (rules: HostRules): undefined => {
    matching.push(rules);
  };
  for (const host of hosts) firstMatch(index.hosts, host, collect, undefined);
  const everyone = matching.flatMap((rules) => rules.everyone ?? []);
  const teams = new Map<string, Bucket[]>();
  for (const [team, bucket] of matching.flatMap((rules) => [...(rules.teams ?? [])])) {
    teams.set(team, [...(teams.get(team) ?? []), bucket]);
  }
  return {
    everyone,
    teams,
    rules: [...everyone, ...[...teams.values()].flat()].flatMap(({ rules }) => rules),
  };
}

interface FoundByKind {
  readonly allows: Found;
  readonly grants: Found;
  readonly blocks: Found;
  readonly denials: Found;
}

/** Whether anything could be allowed to anybody: what nobody reaches needs no certificate. */
function couldPass({ allows, grants, blocks, denials }: FoundByKind): boolean {
  if (isShut(denials)) return false;
  return grants.rules.length > 0 || (allows.rules.length > 0 && !isShut(blocks));
}

function isShut({ everyone }: Found): boolean {
  return everyone.some(({ rules }) => rules.some((rule) => !isLimited(rule)));
}

/** Limited in anything that the host does not show. */
function isLimited(rule: Rule): boolean {
  return limitsContent(rule) || maskOf(rule.actions) !== ALL_ACTIONS;
}

/** Whether permissions cover less than pull and push of everything, for some subject or once a grant has expired. */
function isNarrow({ allows, grants, blocks }: FoundByKind): boolean {
  const isAllowCut = blocks.rules.some(isLimited) && allows.rules.length > 0;
  if (!isShut(blocks) && (isAllowCut || isNarrowForSome(allows))) return true;
  const isGrantNarrow = grants.rules.some(
    (rule) => limitsContent(rule) || !coversTraffic(maskOf(rule.actions)),
  );
  return isGrantNarrow && (blocks.rules.length > 0 || !coversTraffic(sumOf(allows.everyone)));
}

/** One team at a time: more teams only widen what is allowed. */
function isNarrowForSome({ everyone, teams }: Found): boolean {
  if (everyone.length > 0 && !coversTraffic(sumOf(everyone))) return true;
  return [...teams.values()].some((buckets) => !coversTraffic(sumOf([...everyone, ...buckets])));
}

function sumOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { wideActions }) => sum | wideActions, 0);
}

function isBroad(policy: CompiledPolicy, hosts: readonly RegistryHost[]): boolean {
  const { registries } = policy.surroundings;
  return hosts.some(
    (host) => firstMatch(registries, host, ({ isBroad: broad }) => broad || undefined, undefined) === true,
  );
}

/** Below a prefix every denial of the origin is deep, since it covers a part of the mirror only. */
function isMirrorOfDenied(policy: CompiledPolicy, host: RegistryHost): boolean {
  const denialsOf = (registry: RegistryHost): readonly Rule[] =>
    findOnHosts(policy.denials, [registry]).rules;
  const isDenied = ({ whole, byPrefix }: Mirrors): true | undefined => {
    const isByPrefix = [...byPrefix.values()].some((origins) =>
      [...origins].some((origin) => denialsOf(origin).length > 0),
    );
    return isByPrefix || [...whole].some((origin) => denialsOf(origin).some(isLimited)) || undefined;
  };
  return firstMatch(policy.mirrors, host, isDenied, undefined) === true;
}
