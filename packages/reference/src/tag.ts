/** Parses tags. Leaves patterns over tags to tag-pattern.ts. */

import { quote } from '@pullgate/errors';
import { InvalidReferenceError } from './error.ts';
import type { Tag } from './types.ts';

/** Of the OCI distribution specification, "Pulling manifests", which gives the grammar too. */
export const MAX_TAG_LENGTH = 128;

/** `tag = word, 0*127( word | "." | "-" )`, word a letter, digit or underscore. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** The tag that Docker means when neither tag nor digest is written. */
export const DEFAULT_TAG = 'latest' as Tag;

/** @throws InvalidReferenceError `TAG_INVALID`. */
export function parseTag(text: string): Tag {
  if (TAG.test(text)) return text as Tag;
  throw new InvalidReferenceError(
    'TAG_INVALID',
    `a tag is 1 to 128 letters, digits, "_", "." or "-" and begins with none of the last two, got ${quote(text)}`,
  );
}
