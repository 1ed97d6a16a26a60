/** What is wrong with a policy's text, each with its place. Pure. */

import { PolicyError, parsePolicy } from '@pullgate/policy';

export interface YamlProblem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More are read by nobody, and each is a mark. */
const MOST = 50;

export function findProblems(text: string): YamlProblem[] {
  try {
    parsePolicy(text, { force: true });
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.slice(0, MOST).map(({ line = 1, column = 1, path, message }) => ({
      line,
      column,
      message: path === '' ? message : `${path}: ${message}`,
    }));
  }
}
