/** Words denials that are found outside `decide`: no policy yet, a malformed request, a refused address. */

import { formatSentence, toSentenceContext } from './sentence.ts';
import type { SignInFacts } from './sign-in-sentence.ts';
import { type Decision, type DenyReason, HARD_REASONS, type Mode, type PolicyDocument } from './types.ts';

export interface RefusalInput {
  /** The document, or as much of it as is known; absent when the machine has no policy. */
  readonly document?: Pick<PolicyDocument, 'organization' | 'contact'> | undefined;
  /** 0 when the machine has no policy. */
  readonly revision: number;
  readonly mode: Mode;
  readonly reason: DenyReason;
  /** What could be told of the target; may be hostile text. */
  readonly registry?: string | undefined;
  /** With `SIGN_IN_REQUIRED` and `WRONG_ORGANIZATION`: what is required, by which mechanism. */
  readonly signIn?: SignInFacts | undefined;
}

/** A denial worded and coded like those of `decide`. */
export function refusal({ document, revision, mode, reason, registry, signIn }: RefusalInput): Decision {
  const effect = mode === 'enforce' || HARD_REASONS.has(reason) ? 'refuse' : 'forward';
  const message = formatSentence(toSentenceContext(document, revision), { reason, registry, signIn });
  return { verdict: 'deny', effect, reason, revision, mode, message };
}
