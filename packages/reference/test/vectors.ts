/** Loads the test vectors of this package. Leaves judging them to the tests. */

import { readFileSync } from 'node:fs';

export interface BadVector {
  readonly text: string;
  readonly insecure?: boolean;
  readonly code: string;
  readonly why: string;
}

export interface GoodReference {
  readonly text: string;
  readonly canonical: string;
  readonly familiar: string;
  readonly why: string;
}

export interface GoodHost {
  readonly text: string;
  readonly insecure?: boolean;
  readonly host: string;
  readonly why: string;
}

export interface GoodPattern {
  readonly text: string;
  readonly insecure?: boolean;
  /** Only where a pattern has other spellings. */
  readonly canonical?: string;
  readonly matches: readonly string[];
  readonly misses: readonly string[];
  readonly why: string;
}

export function loadVectors<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
}

/** Splits a mixed file into what must parse and what must not. */
export function splitVectors<T extends object>(
  rows: readonly (T | BadVector)[],
): { readonly good: readonly T[]; readonly bad: readonly BadVector[] } {
  return { good: rows.filter((row) => !isBad(row)) as T[], bad: rows.filter(isBad) };
}

function isBad(row: object): row is BadVector {
  return 'code' in row;
}
