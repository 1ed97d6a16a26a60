/** Judges whether a host-only point may let pass what some deeper query could be allowed to (semantics 3). */

import type { RegistryHost } from '@pullgate/reference';
import { type Case, findBlock, firstOnHosts, isHostOnly, type Outcome, withoutPlainPort } from './case.ts';
import type { Mirrors } from './compile-policy.ts';
import { coversTraffic, firstBucket, wideActionsOf } from './find-rule.ts';
import { firstMatch } from './host-index.ts';
import type { Bucket, HostRules, Rule, RuleIndex, Wanted } from './rule-index.ts';
import type { AccessQuery } from './types.ts';

/** Turns an allow into `DEPTH_UNAVAILABLE` where only the host is seen and that is not enough to hold the rules. */
export function judgeDepth(asked: Case, query: AccessQuery, allowed: Outcome): Outcome {
  if (query.deeper || !isHostOnly(query)) return allowed;
  const allows = asked.insecure ? asked.policy.insecureAllows : asked.policy.allows;
  if (firstOnHosts(allows, asked, hostOnlyRule) !== undefined || isHeldByHost(asked)) return allowed;
  return { verdict: 'deny', reason: 'DEPTH_UNAVAILABLE', rule: findDeepDenial(asked) ?? allowed.rule };
}

/** Whether seeing the host is enough to hold every rule on it, and for pulls to finish. */
export function isHeldByHost(asked: Case): boolean {
  const allows = asked.insecure ? asked.policy.insecureAllows : asked.policy.allows;
  return findDeepDenial(asked) === undefined && !isBroad(asked) && isWide(asked, allows);
}

function hostOnlyRule(rules: HostRules, wanted: Wanted): Rule | undefined {
  return firstBucket(rules, wanted, ({ hostOnly }) => hostOnly);
}

function deepRule(rules: HostRules, wanted: Wanted): Rule | undefined {
  return firstBucket(rules, wanted, ({ deep }) => deep);
}

function anyRule(rules: HostRules, wanted: Wanted): Rule | undefined {
  return firstBucket(rules, wanted, (bucket) => bucket.rules[0]);
}

/** A denial that limits anything, on the endpoint or on what it mirrors. */
function findDeepDenial(asked: Case): Rule | undefined {
  const { policy, host } = asked;
  if (policy.denials.size === 0) return undefined;
  const own = firstOnHosts(policy.denials, asked, deepRule);
  if (own !== undefined) return own;
  const named = withoutPlainPort(host);
  const plain = named === undefined ? undefined : firstOn(asked, named, deepRule);
  const origin = asked.origin === undefined ? undefined : firstOn(asked, asked.origin.registry, deepRule);
  return plain ?? origin ?? firstMatch(policy.mirrors, host, deepDenialOfMirrors, asked);
}

function firstOn(
  { policy, wanted }: Case,
  host: RegistryHost,
  visit: (rules: HostRules, wanted: Wanted) => Rule | undefined,
): Rule | undefined {
  return firstMatch(policy.denials.hosts, host, visit, wanted);
}

/** Below a prefix every denial of the origin is deep, since it covers a part of the endpoint only. */
function deepDenialOfMirrors({ whole, byPrefix }: Mirrors, asked: Case): Rule | undefined {
  for (const registry of whole) {
    const denial = firstOn(asked, registry, deepRule);
    if (denial !== undefined) return denial;
  }
  for (const registries of byPrefix.values()) {
    for (const registry of registries) {
      const denial = firstOn(asked, registry, anyRule);
      if (denial !== undefined) return denial;
    }
  }
  return undefined;
}

function isBroad({ policy, host, owner }: Case): boolean {
  const { registries } = policy.surroundings;
  const isOn = (registry: RegistryHost) =>
    firstMatch(registries, registry, (facts) => (facts.isBroad ? true : undefined), undefined) === true;
  return isOn(host) || (owner !== undefined && isOn(owner));
}

/** Whether grants, or grants and allows that no block cuts, cover pull and push of everything on the host. */
function isWide(asked: Case, allows: RuleIndex): boolean {
  const { policy } = asked;
  const granted = asked.insecure ? 0 : sumOfActions(policy.grants, asked);
  if (coversTraffic(granted)) return true;
  const isCut = findBlock(asked) ?? firstOnHosts(policy.blocks, asked, deepRule) ?? deepBlockOverTls(asked);
  return isCut === undefined && coversTraffic(granted | sumOfActions(allows, asked));
}

function deepBlockOverTls({ policy, host, wanted }: Case): Rule | undefined {
  const named = withoutPlainPort(host);
  return named === undefined ? undefined : firstMatch(policy.blocks.hosts, named, deepRule, wanted);
}

function sumOfActions(index: RuleIndex, asked: Case): number {
  let sum = 0;
  const add = (bucket: Bucket, wanted: Wanted): undefined => {
    sum |= wideActionsOf(bucket, wanted.now);
  };
  firstOnHosts(index, asked, (rules, wanted) => firstBucket(rules, wanted, add));
  return sum;
}
