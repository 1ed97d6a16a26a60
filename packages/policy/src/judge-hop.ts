/** Judges what a point meets on the way of a request that is allowed: other hosts it is sent to, single contents. Leaves the request itself to `decide.ts`. */

import type { RegistryHost } from '@pullgate/reference';
import { findBlock, isHostOnly, type Outcome, toCase } from './case.ts';
import type { CompiledPolicy } from './compile-policy.ts';
import { firstMatch, hasMatch } from './host-index.ts';
import { findDenial, isRegistry, judgeRegistry } from './judge.ts';
import { isHeldByHost } from './judge-depth.ts';
import type { AccessQuery } from './types.ts';

const PASSES: Outcome = { verdict: 'allow', reason: 'COMPANION_ALLOWED' };

/**
 * Judges the host that `from`, where the request was allowed, sends it on to (semantics 4, Redirects): every denial and every
 * block holds, and a registry, another one or itself with another repository, opens only what it could be asked for. Hosts that are no registry pass: what comes from
 * there is a part of the answer of `from`.
 */
export function judgeHop(policy: CompiledPolicy, from: RegistryHost, query: AccessQuery): Outcome {
  const denied = judgeDenials(policy, query);
  if (denied !== undefined) return denied;
  const block = findBlock(toCase(policy, query));
  if (block !== undefined) return { verdict: 'deny', reason: 'BLOCKED', rule: block };
  const isItself = query.registry === from && isHostOnly(query);
  if (isItself || continues(policy, from, query.registry)) return PASSES;
  const isOther = isRegistry(policy, query.registry) || !isHostOnly(query);
  return isOther ? judgeRegistry(policy, { ...query, deeper: true }) : PASSES;
}

/** The denial that holds for a query, whatever would allow it; undefined when none does. */
export function judgeDenials(policy: CompiledPolicy, query: AccessQuery): Outcome | undefined {
  const rule = findDenial(toCase(policy, query));
  return rule && { verdict: 'deny', reason: 'DENIED_BY_RULE', rule };
}

/**
 * Whether the rules on this registry, for this subject, can be held only by a point that sees requests, whatever the owner
 * accepts where there is none (`whenHostOnly`). False for hosts that are no registry.
 */
export function needsInspection(policy: CompiledPolicy, query: AccessQuery): boolean {
  return isRegistry(policy, query.registry) && !isHeldByHost(toCase(policy, query));
}

/** Whether the profile of `from` names the host as one that serves its content. */
function continues(policy: CompiledPolicy, from: RegistryHost, host: RegistryHost): boolean {
  const { registries } = policy.surroundings;
  const owner = policy.surroundings.apiHosts.get(from) ?? from;
  const isIts = firstMatch(
    registries,
    owner,
    ({ contentHosts }) => hasMatch(contentHosts, host) || undefined,
    undefined,
  );
  return isIts === true;
}
