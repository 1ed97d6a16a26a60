/** Holds the error that the control plane answered. Leaves the transport to `api-client.ts`. */

import { CodedError } from '@pullgate/errors';
import type { Problem } from '@pullgate/protocol';

/** A problem document (RFC 9457) as an error; `code` is the server's. */
export class ApiError extends CodedError {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Problems of a document, each with its place. */
  readonly problems: NonNullable<Problem['problems']>;

  constructor(problem: Problem) {
    super(
      problem.code,
      problem.detail || problem.title,
      problem.hint === undefined ? {} : { hint: problem.hint },
    );
    this.status = problem.status;
    this.problems = problem.problems ?? [];
  }
}
