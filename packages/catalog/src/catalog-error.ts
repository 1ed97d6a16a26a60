/** Holds the coded error of this package and its closed union of codes. */

import { CodedError, type CodedErrorOptions } from '@pullgate/errors';
import type { CatalogProblem } from './validate-catalog.ts';

export const CATALOG_ERROR_CODES = [
  /** Larger than `MAX_CATALOG_BYTES`; nothing of it was read. */
  'CATALOG_TOO_LARGE',
  /** Not of the shape of a catalog. */
  'CATALOG_MALFORMED',
  /** Well formed, but some profile would open more than its registry. */
  'CATALOG_UNSOUND',
] as const;
export type CatalogErrorCode = (typeof CATALOG_ERROR_CODES)[number];

const HINTS: Readonly<Record<CatalogErrorCode, string>> = {
  CATALOG_TOO_LARGE: 'the one that ships takes 40 KiB; take out what no machine uses',
  CATALOG_MALFORMED: 'begin with what is in force: pullgate catalog export catalog.json',
  CATALOG_UNSOUND: 'each problem names its profile and host; docs/reference/errors.md says what each means',
};

export interface CatalogErrorOptions extends CodedErrorOptions {
  readonly problems?: readonly CatalogProblem[];
}

/** A catalog that is not taken. */
export class CatalogError extends CodedError<CatalogErrorCode> {
  override readonly name = 'CatalogError';
  /** Of `CATALOG_UNSOUND`: each of them. */
  readonly problems: readonly CatalogProblem[];

  constructor(code: CatalogErrorCode, message: string, options: CatalogErrorOptions = {}) {
    super(code, message, { hint: HINTS[code], ...options });
    this.problems = options.problems ?? [];
  }
}
