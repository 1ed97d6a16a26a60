/** Reads the code of what a parser throws. Leaves comparing to the tests. */

import { InvalidReferenceError } from '../src/error.ts';

/** The code thrown, or what was returned; anything thrown but this package's error is thrown on. */
export function thrownCode(parse: () => unknown): unknown {
  try {
    return { returned: parse() };
  } catch (error) {
    if (error instanceof InvalidReferenceError) return error.code;
    throw error;
  }
}
