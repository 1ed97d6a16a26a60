/** Holds the error that the control plane answered. Leaves the transport to `api-client.ts`. */

import { CodedError } from '@pullgate/errors';
import type { Problem } from '@pullgate/protocol';

/** What to do with this command where the server, which speaks to all kinds of clients, says nothing. */
const HINTS: Readonly<Record<string, string>> = {
  TOKEN_INVALID: 'sign in again: pullgate login',
  TEAM_EXISTS: 'choose another slug; which there are: pullgate team list',
};

/** A problem document (RFC 9457) as an error; `code` is the server's. */
export class ApiError extends CodedError {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Problems of a document, each with its place. */
  readonly problems: NonNullable<Problem['problems']>;

  constructor(problem: Problem) {
    const hint = problem.hint ?? HINTS[problem.code];
    super(problem.code, problem.detail || problem.title, hint === undefined ? {} : { hint });
    this.status = problem.status;
    this.problems = problem.problems ?? [];
  }
}

/** Says where to find what exists when the server does not know what was named. */
export async function orSee<T>(work: Promise<T>, hint: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'NOT_FOUND') throw error;
    const { code, message, status } = error;
    throw new ApiError({ type: 'about:blank', title: message, detail: message, code, status, hint });
  }
}
