/** The one decision of the product: pure, synchronous, and it never throws. Leaves rules, depth and wording to the modules beside it. */

import type { RegistryHost } from '@pullgate/reference';
import { isHostOnly, type Outcome } from './case.ts';
import type { CompiledPolicy } from './compile-policy.ts';
import { isRegistry, judgeRegistry } from './judge.ts';
import { judgeDenials, judgeHop } from './judge-hop.ts';
import { judgeHost } from './judge-host.ts';
import { modeOf } from './mode.ts';
import { formatSentence } from './sentence.ts';
import {
  ACTIONS,
  type AccessQuery,
  type Decision,
  type DenyReason,
  HARD_REASONS,
  type Mode,
} from './types.ts';

/**
 * Decides one query. Order: deny, grant, block, union of allows, default deny. `verdict` is what the policy says in every
 * mode but `off`; `effect` is what the point does about it.
 */
export function decide(policy: CompiledPolicy, query: AccessQuery): Decision {
  return decideBy(policy, query, judge);
}

/**
 * Decides whether a request that `from` allowed may go on to the host that `from` sent it to: see {@link judgeHop}. A query
 * that names no repository stands for a host that does not speak as a registry.
 */
export function decideHop(policy: CompiledPolicy, from: RegistryHost, query: AccessQuery): Decision {
  return decideBy(policy, query, () => judgeHop(policy, from, query));
}

/** The decision by denials alone: an allow says only that none names this. */
export function decideDenials(policy: CompiledPolicy, query: AccessQuery): Decision {
  return decideBy(policy, query, () => judgeDenials(policy, query) ?? UNDENIED);
}

const UNDENIED: Outcome = { verdict: 'allow', reason: 'RULE_ALLOWED' };

function decideBy(
  policy: CompiledPolicy,
  query: AccessQuery,
  judgeBy: (policy: CompiledPolicy, query: AccessQuery) => Outcome,
): Decision {
  if (!isWellFormed(query)) {
    return toDenial(
      policy,
      policy.modes.byDefault,
      { verdict: 'deny', reason: 'REFERENCE_INVALID' },
      undefined,
    );
  }
  const mode = modeOf(policy.modes, query.subject.teams);
  if (mode === 'off') return toAllowance(policy, mode, { verdict: 'allow', reason: 'MODE_OFF' });
  const outcome = judgeBy(policy, query);
  return outcome.verdict === 'allow'
    ? toAllowance(policy, mode, outcome)
    : toDenial(policy, mode, outcome, query);
}

function judge(policy: CompiledPolicy, query: AccessQuery): Outcome {
  const outcome = judgeRegistry(policy, query);
  const mayBeOther = outcome.reason === 'NOT_LISTED' && isHostOnly(query);
  return mayBeOther && !isRegistry(policy, query.registry) ? judgeHost(policy, query) : outcome;
}

/** Types end at run time: whoever gets a query past a point's parser unparsed finds the door closed, not the agent down. */
function isWellFormed(query: AccessQuery): boolean {
  if (typeof query !== 'object' || query === null) return false;
  const { registry, repository, tag, digest, action, origin, subject } = query;
  return (
    typeof registry === 'string' &&
    registry !== '' &&
    isTextOrAbsent(repository) &&
    isTextOrAbsent(tag) &&
    isTextOrAbsent(digest) &&
    (action === undefined || ACTIONS.includes(action)) &&
    (origin === undefined || isOrigin(origin)) &&
    typeof subject === 'object' &&
    subject !== null &&
    Array.isArray(subject.teams)
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isOrigin(origin: NonNullable<AccessQuery['origin']>): boolean {
  return (
    typeof origin === 'object' &&
    origin !== null &&
    typeof origin.registry === 'string' &&
    isTextOrAbsent(origin.repository)
  );
}

function toAllowance(policy: CompiledPolicy, mode: Mode, { reason, rule }: Outcome): Decision {
  const { revision } = policy;
  if (rule === undefined) return { verdict: 'allow', effect: 'forward', reason, revision, mode, message: '' };
  return { verdict: 'allow', effect: 'forward', reason, ruleId: rule.id, revision, mode, message: '' };
}

function toDenial(
  policy: CompiledPolicy,
  mode: Mode,
  outcome: Outcome,
  query: AccessQuery | undefined,
): Decision {
  const { reason, rule, serves } = outcome;
  const { revision } = policy;
  const effect = mode === 'enforce' || HARD_REASONS.has(reason) ? 'refuse' : 'forward';
  const message = formatSentence(policy.sentence, {
    reason: reason as DenyReason,
    rule,
    serves,
    registry: query?.registry,
    repository: query?.repository,
    tag: query?.tag,
    action: query?.action,
  });
  if (rule === undefined) return { verdict: 'deny', effect, reason, revision, mode, message };
  return { verdict: 'deny', effect, reason, ruleId: rule.id, revision, mode, message };
}
