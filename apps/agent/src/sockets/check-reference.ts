/** Answers whether this machine would let a reference through, and why. Leaves the rules to `@pullgate/policy`. */

import { type Decision, type Explanation, explain } from '@pullgate/policy';
import { type CheckAnswer, type LocalCheckRequest, toCheckAnswer } from '@pullgate/protocol';
import { InvalidReferenceError, parseReference, type Reference } from '@pullgate/reference';
import { AgentError } from '../agent-error.ts';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import type { AgentDecider } from '../decider/decider.ts';

export interface CheckOptions {
  readonly decider: AgentDecider;
  readonly snapshot: () => Snapshot | undefined;
  /** Milliseconds since the policy in force was taken. */
  readonly policyAgeMs: () => number | undefined;
}

/** For whoever `decider` judges. @throws AgentError `LOCAL_REQUEST_INVALID` when the reference is none. */
export function checkReference(request: LocalCheckRequest, options: CheckOptions): CheckAnswer {
  const reference = parseChecked(request.reference);
  const action = request.action ?? 'pull';
  return toCheckAnswer(request, explainHere(reference, action, options), options.policyAgeMs());
}

/**
 * What the policy says of the whole reference; and where it says yes, what the points of this machine say, which see the host
 * alone (semantics 3): a check must not promise a pull that the proxy then refuses.
 */
function explainHere(
  reference: Reference,
  action: NonNullable<LocalCheckRequest['action']>,
  { decider, snapshot }: CheckOptions,
): Explanation {
  const current = snapshot();
  const hard = decider.unavailable(reference.registry);
  if (hard !== undefined || current === undefined) return toPlain(hard ?? decider.decide('check', reference));
  const whole = explain(current.compiled, decider.toQuery(current, 'check', { ...reference, action }));
  if (whole.decision.verdict === 'deny') return whole;
  const host = { registry: reference.registry };
  const shallow = explain(current.compiled, decider.toQuery(current, 'check', host));
  return shallow.decision.verdict === 'deny' ? shallow : whole;
}

function toPlain(decision: Decision): Explanation {
  return {
    decision,
    steps: [{ outcome: decision.verdict, text: `${decision.verdict} (${decision.reason})` }],
  };
}

function parseChecked(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    throw new AgentError('LOCAL_REQUEST_INVALID', error.message, {
      hint: 'write it as engines do: registry.acme.example/team/app:1.2',
      cause: error,
    });
  }
}
