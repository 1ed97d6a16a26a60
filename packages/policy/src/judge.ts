/** Judges a query by the rules of its registry (semantics 1 to 3 and 5). Leaves hosts that are no registry to `judge-host.ts`. */

import { type RegistryHost, toCanonicalRepository } from '@pullgate/reference';
import { type Case, findBlock, findOn, type Outcome, toCase, withoutPlainPort } from './case.ts';
import type { CompiledPolicy, Mirrors } from './compile-policy.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findRule } from './find-rule.ts';
import { firstMatch, hasMatch } from './host-index.ts';
import { judgeDepth } from './judge-depth.ts';
import type { Rule, Wanted } from './rule-index.ts';
import type { AccessQuery } from './types.ts';

/** Deny, then grant, then block, then the union of allows, then deny. */
export function judgeRegistry(policy: CompiledPolicy, query: AccessQuery): Outcome {
  const asked = toCase(policy, query);
  const denial = findDenial(asked);
  if (denial !== undefined) return { verdict: 'deny', reason: 'DENIED_BY_RULE', rule: denial };
  const grant = findGrant(asked);
  if (grant !== undefined)
    return judgeDepth(asked, query, { verdict: 'allow', reason: 'GRANT_ALLOWED', rule: grant });
  const block = findBlock(asked);
  if (block !== undefined) return { verdict: 'deny', reason: 'BLOCKED', rule: block };
  const allow = findOn(asked.insecure ? policy.insecureAllows : policy.allows, asked);
  if (allow !== undefined)
    return judgeDepth(asked, query, { verdict: 'allow', reason: 'RULE_ALLOWED', rule: allow });
  return explainRefusal(asked);
}

/** A grant names no transport, so it opens none without TLS. */
export function findGrant(asked: Case): Rule | undefined {
  return asked.insecure ? undefined : findOn(asked.policy.grants, asked);
}

/** A denial of the endpoint, of the same name over plain HTTP, or of the registry that is mirrored. */
export function findDenial(asked: Case): Rule | undefined {
  const { denials } = asked.policy;
  if (denials.size === 0) return undefined;
  const named = withoutPlainPort(asked.host);
  return (
    findOn(denials, asked) ??
    (named === undefined ? undefined : findRule(denials, named, asked.wanted)) ??
    findOriginDenial(asked)
  );
}

function findOriginDenial(asked: Case): Rule | undefined {
  const { origin, wanted } = asked;
  const named =
    origin === undefined
      ? undefined
      : denialOf(asked, origin.registry, origin.repository ?? wanted.repository);
  return named ?? firstMatch(asked.policy.mirrors, asked.host, denialOfMirrors, asked);
}

function denialOfMirrors(mirrors: Mirrors, asked: Case): Rule | undefined {
  const { repository } = asked.wanted;
  for (const registry of mirrors.whole) {
    const denial = denialOf(asked, registry, repository);
    if (denial !== undefined) return denial;
  }
  if (repository === undefined) return undefined;
  for (let slash = repository.indexOf('/'); slash !== -1; slash = repository.indexOf('/', slash + 1)) {
    const rest = repository.slice(slash + 1);
    for (const registry of mirrors.byPrefix.get(repository.slice(0, slash + 1)) ?? []) {
      const denial = denialOf(asked, registry, rest as typeof repository);
      if (denial !== undefined) return denial;
    }
  }
  return undefined;
}

function denialOf(asked: Case, registry: RegistryHost, repository: Wanted['repository']): Rule | undefined {
  const canonical = repository === undefined ? undefined : toCanonicalRepository(registry, repository);
  return findRule(asked.policy.denials, registry, { ...asked.wanted, repository: canonical });
}

/** Whether the policy or the catalog knows the host as a registry; over plain HTTP it is the same registry. */
export function isRegistry(policy: CompiledPolicy, host: RegistryHost): boolean {
  const named = withoutPlainPort(host);
  return isNamed(policy, host) || (named !== undefined && isNamed(policy, named));
}

function isNamed(policy: CompiledPolicy, host: RegistryHost): boolean {
  return (
    hasMatch(policy.allows.hosts, host) ||
    hasMatch(policy.blocks.hosts, host) ||
    hasMatch(policy.grants.hosts, host) ||
    hasMatch(policy.denials.hosts, host) ||
    hasMatch(policy.surroundings.registries, host)
  );
}
