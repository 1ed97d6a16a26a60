/** Words an explanation as the answer of a check. The one place for it: the agent and the control plane answer alike. */

import type { Action, Explanation } from '@pullgate/policy';
import type { CheckAnswer } from './local.ts';

/** What was asked, as it was written. */
export interface Checked {
  readonly reference: string;
  /** `pull` when left out. */
  readonly action?: Action;
}

/** @param policyAgeMs milliseconds since the policy was taken or published, when known */
export function toCheckAnswer(
  { reference, action = 'pull' }: Checked,
  { decision, steps, nearest }: Explanation,
  policyAgeMs?: number,
): CheckAnswer {
  return {
    reference,
    action,
    verdict: decision.verdict,
    effect: decision.effect,
    mode: decision.mode,
    reason: decision.reason,
    ...(decision.ruleId === undefined ? {} : { ruleId: decision.ruleId }),
    revision: decision.revision,
    message: decision.message,
    steps: [...steps],
    ...(nearest === undefined ? {} : { nearest }),
    ...(policyAgeMs === undefined ? {} : { policyAgeMs }),
  };
}
