/**
 * Patterns over repositories. No regular expressions.
 *
 *     pattern = [ *( part "/" ) ] ( part | "**" )
 *     part    = segment | "*"
 *
 * `*` is exactly one segment, `**` one or more; so neither `a/*` nor `a/**` matches `a`.
 */

import { quote } from '@pullgate/errors';
import { InvalidReferenceError } from './error.ts';
import { isRepositorySegment, MAX_REPOSITORY_LENGTH } from './repository.ts';
import type { Repository, RepositoryPattern } from './types.ts';

/** The result's `segments` hold every part in order, the last `*` or `**` included. @throws InvalidReferenceError `REPOSITORY_PATTERN_INVALID`. */
export function parseRepositoryPattern(text: string): RepositoryPattern {
  if (text.length > MAX_REPOSITORY_LENGTH) {
    throw invalidPattern(text, `it has at most ${MAX_REPOSITORY_LENGTH} characters`);
  }
  const segments = text.split('/');
  const last = segments.at(-1);
  const isValid = segments.every(
    (segment, index) =>
      segment === '*' || isRepositorySegment(segment) || (segment === '**' && index === segments.length - 1),
  );
  if (!isValid) throw invalidPattern(text, hintFor(text, segments));
  return { text, segments, tail: last === '**' ? 'many' : last === '*' ? 'one' : 'none' };
}

function invalidPattern(text: string, hint: string | undefined): InvalidReferenceError {
  return new InvalidReferenceError(
    'REPOSITORY_PATTERN_INVALID',
    `a repository pattern is segments with "/" between them, got ${quote(text)}`,
    hint === undefined ? {} : { hint },
  );
}

function hintFor(text: string, segments: readonly string[]): string | undefined {
  if (segments.slice(0, -1).includes('**')) return '"**" stands last only';
  if (segments.some((segment) => segment.length > 1 && segment.includes('*'))) {
    return '"*" stands for one whole segment and "**", last, for one or more: team/* or team/**';
  }
  if (/[.:]/.test(segments[0] ?? '')) return 'leave out the registry, the tag and the digest';
  return /[A-Z]/.test(text) ? 'repository names are lower case' : undefined;
}

export function matchRepository(pattern: RepositoryPattern, repository: Repository): boolean {
  if (pattern.tail === 'none' && !pattern.text.includes('*')) return pattern.text === repository;
  const parts = repository.split('/');
  const fixed = pattern.tail === 'many' ? pattern.segments.length - 1 : pattern.segments.length;
  const lengthFits = pattern.tail === 'many' ? parts.length > fixed : parts.length === fixed;
  return (
    lengthFits &&
    pattern.segments.slice(0, fixed).every((segment, i) => segment === '*' || segment === parts[i])
  );
}
