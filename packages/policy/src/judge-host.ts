/** Judges hosts that are no registry: companions of registries, shared storage, and what `urls` says (semantics 1 and 4). */

import type { RegistryHost } from '@pullgate/reference';
import { type Outcome, withoutPlainPort } from './case.ts';
import type { CompiledPolicy } from './compile-policy.ts';
import type { Companion } from './compile-surroundings.ts';
import { firstMatch, type HostIndex, hasMatch } from './host-index.ts';
import { judgeRegistry } from './judge.ts';
import type { AccessQuery } from './types.ts';

export function judgeHost(policy: CompiledPolicy, query: AccessQuery): Outcome {
  const { companions, broadHosts, urls } = policy.surroundings;
  const host = query.registry;
  const companion = judgeCompanion(policy, query, companions);
  if (companion !== undefined) return companion;
  // What is refused over TLS is refused over plain HTTP; what is open over TLS is not open without it.
  const named = withoutPlainPort(host);
  const plain = named && judgeCompanion(policy, { ...query, registry: named }, companions);
  if (plain?.verdict === 'deny') return plain;
  const isOn = (hosts: HostIndex<true>) =>
    hasMatch(hosts, host) || (named !== undefined && hasMatch(hosts, named));
  const isBroad = isOn(broadHosts);
  if (isOn(urls.deny)) return { verdict: 'deny', reason: isBroad ? 'BROAD_HOST' : 'URL_DENIED' };
  if (hasMatch(urls.allow, host)) return { verdict: 'allow', reason: 'URL_ALLOWED' };
  if (isBroad) return { verdict: 'deny', reason: 'BROAD_HOST' };
  if (urls.default === 'allow' && query.recognized !== true)
    return { verdict: 'allow', reason: 'URL_ALLOWED' };
  return { verdict: 'deny', reason: 'NOT_LISTED' };
}

/** Open while any of its registries could be allowed; else the answer of the first registry, which it names. */
function judgeCompanion(
  policy: CompiledPolicy,
  query: AccessQuery,
  companions: CompiledPolicy['surroundings']['companions'],
): Outcome | undefined {
  let refusal: Outcome | undefined;
  const allowed = firstMatch(
    companions,
    query.registry,
    (companion) => {
      const outcome = judgeMembers(policy, query, companion);
      if (outcome?.verdict === 'allow') return outcome;
      refusal ??= outcome;
      return undefined;
    },
    undefined,
  );
  return allowed ?? refusal;
}

function judgeMembers(policy: CompiledPolicy, query: AccessQuery, companion: Companion): Outcome | undefined {
  let refusal: Outcome | undefined;
  for (const registry of companion.registries) {
    const outcome = judgeMember(policy, query, registry);
    if (outcome.verdict === 'allow')
      return { verdict: 'allow', reason: 'COMPANION_ALLOWED', rule: outcome.rule };
    refusal ??= { ...outcome, serves: companion.name };
  }
  return refusal;
}

/** Whether the registry has a deep point does not matter here: what its own host may not do, its blobs do not undo. */
function judgeMember(policy: CompiledPolicy, query: AccessQuery, registry: RegistryHost): Outcome {
  return judgeRegistry(policy, { ...query, registry, deeper: true });
}
