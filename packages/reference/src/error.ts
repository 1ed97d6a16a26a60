/** The one error of this package and its closed union of codes. Leaves the wording to the parsers that throw it. */

import { CodedError, quote } from '@pullgate/errors';

export const REFERENCE_ERROR_CODES = [
  'REFERENCE_EMPTY',
  'REFERENCE_TOO_LONG',
  'REFERENCE_HAS_SCHEME',
  'NAME_INVALID',
  'NAME_TOO_LONG',
  'NAME_IS_DIGEST_HEX',
  'REPOSITORY_UPPERCASE',
  'TAG_INVALID',
  'DIGEST_INVALID',
  'DIGEST_UNSUPPORTED',
  'HOST_INVALID',
  'PORT_INVALID',
  'HOST_PATTERN_INVALID',
  'REPOSITORY_PATTERN_INVALID',
  'TAG_PATTERN_INVALID',
] as const;

export type ReferenceErrorCode = (typeof REFERENCE_ERROR_CODES)[number];

/** Thrown by every parser of this package, and by nothing else. */
export class InvalidReferenceError extends CodedError<ReferenceErrorCode> {
  override readonly name = 'InvalidReferenceError';
}

/**
 * Quotes text that should be a host. Whoever pastes `user:password@host` must not find the password in a log, so
 * everything before the last `@` is cut.
 */
export function quoteHost(text: string): string {
  const at = text.lastIndexOf('@');
  return at === -1 ? quote(text) : `${quote(text.slice(at + 1))} (credentials cut)`;
}
