/** Holds the errors of this package: what can be wrong with a policy document. Leaves finding it to the parser. */

import { CodedError } from '@pullgate/errors';

/** Codes of {@link PolicyError}. */
export const POLICY_ERROR_CODES = ['POLICY_TOO_LARGE', 'POLICY_SYNTAX', 'POLICY_INVALID'] as const;
export type PolicyErrorCode = (typeof POLICY_ERROR_CODES)[number];

/** Codes of {@link PolicyProblem}: one thing that is wrong at one place of a document. */
export const POLICY_PROBLEM_CODES = [
  'TOO_LARGE',
  'TOO_DEEP',
  'TOO_MANY_PROBLEMS',
  'SYNTAX',
  'ALIAS_REFUSED',
  'TAG_REFUSED',
  'DUPLICATE_KEY',
  'DUPLICATE_ID',
  'UNKNOWN_KEY',
  'MISSING_KEY',
  'WRONG_TYPE',
  'EMPTY_LIST',
  'BAD_VALUE',
  'BAD_TEXT',
  'BAD_ID',
  'BAD_HOST',
  'BAD_REPOSITORY',
  'BAD_TAG',
  'BAD_DIGEST',
  'BAD_DURATION',
  'BAD_ADDRESS',
  'BAD_REFERENCE',
  'BARE_WILDCARD',
  'DEEP_WILDCARD',
  'OPENS_REGISTRY',
  'OPENS_BROAD_HOST',
] as const;
export type PolicyProblemCode = (typeof POLICY_PROBLEM_CODES)[number];

/** One thing that is wrong, with its place. `line` and `column` start at 1 and are absent for values without a text. */
export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** Like `registries[2].allow[0]`; empty for the document as a whole. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** A document that cannot be a policy. Carries every problem found, in the order of the document. */
export class PolicyError extends CodedError<PolicyErrorCode> {
  override readonly name = 'PolicyError';
  readonly problems: readonly PolicyProblem[];

  constructor(code: PolicyErrorCode, problems: readonly PolicyProblem[]) {
    super(code, summarize(problems), { hint: 'correct the places named and try again' });
    this.problems = problems;
  }
}

function summarize(problems: readonly PolicyProblem[]): string {
  const [first] = problems;
  if (first === undefined) return 'the policy is not valid';
  const where = first.line === undefined ? first.path : `line ${first.line}, ${first.path || 'document'}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `the policy is not valid: ${where ? `${where}: ` : ''}${first.message}${more}`;
}
