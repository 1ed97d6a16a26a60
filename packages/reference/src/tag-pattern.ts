/** Patterns over tags: exact, or with `*` for any run of tag characters, the empty run included. No regular expressions. */

import { quote } from '@pullgate/errors';
import { InvalidReferenceError } from './error.ts';
import { MAX_TAG_LENGTH } from './tag.ts';
import type { Tag } from './types.ts';

/** `parts` are the literal texts between the stars; one part means an exact tag. */
export interface TagPattern {
  readonly text: string;
  readonly parts: readonly string[];
}

/** A tag's characters, and as many stars again. */
const MAX_PATTERN_LENGTH = 2 * MAX_TAG_LENGTH;

const PATTERN = /^[A-Za-z0-9_*][A-Za-z0-9_.*-]*$/;

/** @throws InvalidReferenceError `TAG_PATTERN_INVALID`. */
export function parseTagPattern(text: string): TagPattern {
  if (text.length > MAX_PATTERN_LENGTH || !PATTERN.test(text)) throw invalidPattern(text);
  if (text.includes('**')) throw invalidPattern(text, 'one "*" already stands for any characters');
  const parts = text.split('*');
  if (parts.join('').length > MAX_TAG_LENGTH) throw invalidPattern(text, 'no tag is that long');
  return { text, parts };
}

function invalidPattern(text: string, hint?: string): InvalidReferenceError {
  return new InvalidReferenceError(
    'TAG_PATTERN_INVALID',
    `a tag pattern is a tag in which "*" stands for any characters, got ${quote(text)}`,
    hint === undefined ? {} : { hint },
  );
}

/** Takes each inner part at its leftmost place: where any placing fits, that one does. */
export function matchTag(pattern: TagPattern, tag: Tag): boolean {
  const first = pattern.parts[0] ?? '';
  if (pattern.parts.length === 1) return tag === first;
  const last = pattern.parts.at(-1) ?? '';
  if (!tag.startsWith(first) || !tag.endsWith(last)) return false;
  let from = first.length;
  for (const part of pattern.parts.slice(1, -1)) {
    const at = tag.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from + last.length <= tag.length;
}
