/** One query as the rules see it: with what the catalog knows about its host. Leaves judging it to `judge.ts`. */

import { DOCKER_HUB, type RegistryHost, toCanonicalRepository } from '@pullgate/reference';
import type { CompiledPolicy } from './compile-policy.ts';
import { findRule } from './find-rule.ts';
import { firstMatch } from './host-index.ts';
import { ANY_ACTION, type HostRules, type Rule, type RuleIndex, type Wanted } from './rule-index.ts';
import { ACTIONS, type AccessQuery, type Reason } from './types.ts';

/** What the rules say, before the mode: the reason, and the rule it stems from. */
export interface Outcome {
  readonly verdict: 'allow' | 'deny';
  readonly reason: Reason;
  readonly rule?: Rule | undefined;
  /** The registry that a companion host was judged by. */
  readonly serves?: string | undefined;
}

/** What is judged: the query with what is known about its registry. */
export interface Case {
  readonly policy: CompiledPolicy;
  readonly host: RegistryHost;
  /** The registry whose API host this is. */
  readonly owner: RegistryHost | undefined;
  readonly wanted: Wanted;
  readonly insecure: boolean;
  readonly origin: AccessQuery['origin'];
}

export function isHostOnly(query: AccessQuery): boolean {
  return query.repository === undefined && query.action === undefined;
}

export function toCase(policy: CompiledPolicy, query: AccessQuery): Case {
  const host = query.registry;
  const { repository } = query;
  const { apiHosts } = policy.surroundings;
  return {
    policy,
    host,
    owner: apiHosts.size === 0 ? undefined : apiHosts.get(host),
    wanted: {
      repository:
        repository !== undefined && host === DOCKER_HUB
          ? toCanonicalRepository(host, repository)
          : repository,
      tag: query.tag,
      digest: query.digest,
      slot: query.action === undefined ? ANY_ACTION : ACTIONS.indexOf(query.action),
      teams: query.subject.teams,
      now: query.now,
    },
    insecure: query.insecure === true,
    origin: query.origin,
  };
}

/** The rule of an index on the host itself, or on the registry whose API host it is. */
export function findOn(index: RuleIndex, { host, owner, wanted }: Case): Rule | undefined {
  const rule = findRule(index, host, wanted);
  return rule === undefined && owner !== undefined ? findRule(index, owner, wanted) : rule;
}

/** `host:80` is what `host` means over plain HTTP: who denies or blocks `host` means both. Undefined for other ports. */
export function withoutPlainPort(host: RegistryHost): RegistryHost | undefined {
  return host.endsWith(':80') ? (host.slice(0, -':80'.length) as RegistryHost) : undefined;
}

/** A block of the host, of the registry whose API host it is, or of the same name over TLS. */
export function findBlock(asked: Case): Rule | undefined {
  const { blocks } = asked.policy;
  const named = withoutPlainPort(asked.host);
  return findOn(blocks, asked) ?? (named === undefined ? undefined : findRule(blocks, named, asked.wanted));
}

/** Visits the rules of the host, and those of the registry whose API host it is. */
export function firstOnHosts<R>(
  index: RuleIndex,
  { host, owner, wanted }: Case,
  visit: (rules: HostRules, wanted: Wanted) => R | undefined,
): R | undefined {
  const found = firstMatch(index.hosts, host, visit, wanted);
  return found ?? (owner === undefined ? undefined : firstMatch(index.hosts, owner, visit, wanted));
}
