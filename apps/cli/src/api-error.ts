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

/** Says where to find what exists when the server does not know what was named. */
export async function orSee<T>(work: Promise<T>, hint: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'NOT_FOUND' || error.hint !== undefined) throw error;
    const { code, message, status } = error;
    throw new ApiError({ type: 'about:blank', title: message, detail: message, code, status, hint });
  }
}
