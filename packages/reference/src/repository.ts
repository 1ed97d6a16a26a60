/** Parses repository paths and knows Docker Hub's short form. Leaves patterns to repository-pattern.ts. */

import { quote } from '@pullgate/errors';
import { InvalidReferenceError } from './error.ts';
import { isDockerHub } from './registry-host.ts';
import type { RegistryHost, Repository } from './types.ts';

/** The distribution's limit on a repository path, without its registry. */
export const MAX_REPOSITORY_LENGTH = 255;

/** Docker Hub's namespace of official images: `alpine` there means `library/alpine`. */
const OFFICIAL_NAMESPACE = 'library/';

/** `segment = alnum+ *( separator alnum+ )`, `separator = "." | "_" | "__" | "-"+`; one way to match, so linear. */
const SEGMENT = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

export function isRepositorySegment(text: string): boolean {
  return SEGMENT.test(text);
}

/**
 * Parses a repository path as it stands in a request, `segment *( "/" segment )`. Nothing is prepended.
 *
 * @throws InvalidReferenceError `NAME_INVALID`, `NAME_TOO_LONG` or `REPOSITORY_UPPERCASE`.
 */
export function parseRepository(text: string): Repository {
  if (text.length > MAX_REPOSITORY_LENGTH) {
    throw new InvalidReferenceError(
      'NAME_TOO_LONG',
      `a repository name has at most ${MAX_REPOSITORY_LENGTH} characters, got ${text.length}`,
    );
  }
  if (/[A-Z]/.test(text)) {
    throw new InvalidReferenceError(
      'REPOSITORY_UPPERCASE',
      `a repository name is lower case, got ${quote(text)}`,
      {
        hint: `write ${quote(text.toLowerCase())}`,
      },
    );
  }
  if (!text.split('/').every(isRepositorySegment)) {
    throw new InvalidReferenceError(
      'NAME_INVALID',
      `a repository name is segments of a-z, 0-9 with single separators between them, got ${quote(text)}`,
    );
  }
  return text as Repository;
}

/** Completes Docker Hub's short form: `alpine` on `docker.io` is `library/alpine`; everything else stays as it is. */
export function toCanonicalRepository(registry: RegistryHost, repository: Repository): Repository {
  const isShort = isDockerHub(registry) && !repository.includes('/');
  return isShort ? (`${OFFICIAL_NAMESPACE}${repository}` as Repository) : repository;
}

/** The inverse for display: `library/alpine` on `docker.io` is `alpine`; `library/a/b` has no short form. */
export function toFamiliarRepository(registry: RegistryHost, repository: Repository): string {
  if (!isDockerHub(registry) || !repository.startsWith(OFFICIAL_NAMESPACE)) return repository;
  const rest = repository.slice(OFFICIAL_NAMESPACE.length);
  return rest.includes('/') ? repository : rest;
}
