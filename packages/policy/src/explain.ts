/**
 * Explains a decision rule by rule. It reads the rules one after the other with the plain matchers, on purpose not through
 * the index, so that each checks the other.
 */

import { matchHost, type RegistryHost } from '@pullgate/reference';
import { type Case, isHostOnly, toCase, withoutPlainPort } from './case.ts';
import type { CompiledPolicy } from './compile-policy.ts';
import { firstUncovered } from './coverage.ts';
import { decide } from './decide.ts';
import { joinWords } from './describe.ts';
import { isRegistry } from './judge.ts';
import { findNearest, type Nearest } from './nearest.ts';
import type { Rule, RuleIndex } from './rule-index.ts';
import type { AccessQuery, Decision } from './types.ts';

/** One rule looked at. `outcome` is `deny`, `block`, `grant`, `allow` or `skip`; that of the last step is the verdict. */
export interface ExplanationStep {
  readonly ruleId?: string;
  readonly outcome: string;
  readonly text: string;
}

export interface Explanation {
  readonly decision: Decision;
  /** In the order of precedence; only rules of the registry asked for. */
  readonly steps: readonly ExplanationStep[];
  /** For a denial: the permission that comes closest. */
  readonly nearest?: Nearest;
}

/** Decides like {@link decide} and says how. */
export function explain(policy: CompiledPolicy, query: AccessQuery): Explanation {
  const decision = decide(policy, query);
  const isJudged = decision.reason !== 'MODE_OFF' && decision.reason !== 'REFERENCE_INVALID';
  const steps = isJudged ? stepsOf(policy, query) : [];
  const nearest = isJudged && decision.verdict === 'deny' ? findNearest(policy, query) : undefined;
  const last: ExplanationStep = { outcome: decision.verdict, text: concludingText(policy, query, decision) };
  return { decision, steps: [...steps, last], ...(nearest && { nearest }) };
}

function concludingText(policy: CompiledPolicy, query: AccessQuery, { reason, verdict }: Decision): string {
  const isOther = isHostOnly(query) && reason !== 'REFERENCE_INVALID' && !isRegistry(policy, query.registry);
  const what = isOther ? 'no registry that policy or catalog knows: ' : '';
  return `${what}${verdict === 'allow' ? 'allowed' : 'denied'} (${reason})`;
}

function stepsOf(policy: CompiledPolicy, query: AccessQuery): ExplanationStep[] {
  const asked = toCase(policy, query);
  return [
    ...stepsOfIndex(policy.denials, asked, 'deny', 'denies'),
    ...stepsOfIndex(policy.grants, asked, 'grant', 'grants'),
    ...stepsOfIndex(policy.blocks, asked, 'block', 'blocks'),
    ...stepsOfIndex(policy.allows, asked, 'allow', 'allows'),
  ];
}

function stepsOfIndex(index: RuleIndex, asked: Case, outcome: string, verb: string): ExplanationStep[] {
  return index.rules
    .filter((rule) => isOnHost(rule, asked.host, asked.owner) || isOverTls(rule, asked, outcome))
    .map((rule) => {
      const uncovered = uncoveredBy(rule, asked, outcome, index);
      if (uncovered === undefined) return { ruleId: rule.id, outcome, text: `rule ${rule.id} ${verb} this` };
      return { ruleId: rule.id, outcome: 'skip', text: `rule ${rule.id}: ${uncovered}` };
    });
}

function isOnHost({ pattern }: Rule, host: RegistryHost, owner: RegistryHost | undefined): boolean {
  return matchHost(pattern, host) || (owner !== undefined && matchHost(pattern, owner));
}

/** Who denies or blocks a host means it over plain HTTP too. */
function isOverTls({ pattern }: Rule, { host }: Case, outcome: string): boolean {
  const named = withoutPlainPort(host);
  return (outcome === 'deny' || outcome === 'block') && named !== undefined && matchHost(pattern, named);
}

function uncoveredBy(rule: Rule, asked: Case, outcome: string, index: RuleIndex): string | undefined {
  if (asked.insecure && (outcome === 'grant' || (outcome === 'allow' && rule.insecure !== true))) {
    return 'not for plain HTTP';
  }
  switch (firstUncovered(rule, asked.wanted, index.certainty)) {
    case 'expired':
      return 'expired';
    case 'team':
      return 'for other teams';
    case 'repository':
      return `for ${joinWords(rule.repositories ?? [])}`;
    case 'action':
      return `for ${joinWords(rule.actions)}`;
    case 'version':
      return 'for other tags or digests';
    case undefined:
      return undefined;
  }
}
