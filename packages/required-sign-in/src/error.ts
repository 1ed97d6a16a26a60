/** Holds the coded error of this package and its closed union of codes. */

import { CodedError } from '@pullgate/errors';

export const SIGN_IN_FILE_ERROR_CODES = [
  'SIGN_IN_FILE_TOO_LARGE',
  /** Not UTF-8, or with a byte order mark. */
  'SIGN_IN_FILE_ENCODING',
  /** Not JSON, not a property list, not the output of `reg query`. */
  'SIGN_IN_FILE_MALFORMED',
  /** A field that nobody reads: most likely `allowedOrgs`, misspelt. */
  'SIGN_IN_FIELD_UNKNOWN',
  'SIGN_IN_FIELD_MISSING',
  'SIGN_IN_FIELD_TWICE',
  /** The field is of another type than this mechanism's. */
  'SIGN_IN_FIELD_TYPE',
  /** A name that cannot be that of an organization, or that stands there twice. */
  'SIGN_IN_ORGANIZATION_INVALID',
] as const;
export type SignInFileErrorCode = (typeof SIGN_IN_FILE_ERROR_CODES)[number];

/** A mechanism that cannot be read. The message names place and field, the hint says what to write instead. */
export class SignInFileError extends CodedError<SignInFileErrorCode> {
  override readonly name = 'SignInFileError';

  constructor(code: SignInFileErrorCode, place: string, message: string, hint: string) {
    super(code, `${place}: ${message}`, { hint });
  }
}
