/** Holds the coded error of this package and its closed union of codes. */

import { CodedError, type CodedErrorOptions } from '@pullgate/errors';

export const BUNDLE_ERROR_CODES = [
  /** Larger than {@link MAX_BUNDLE_BYTES}; nothing of it was read. */
  'TOO_LARGE',
  /** Not two compact JWS of the one form that this package writes. */
  'MALFORMED',
  /** The key is the right one, the signature is not by it. */
  'SIGNATURE_INVALID',
  /** Signed by a key that is neither the pinned recovery key nor certified by it. */
  'KEY_UNKNOWN',
  /** A key that is not an Ed25519 JWK was given to sign or to verify with. */
  'KEY_INVALID',
  'FOREIGN_ORGANIZATION',
  /** An assignment of another machine. */
  'FOREIGN_MACHINE',
  /** Key certificate and document state different epochs. */
  'EPOCH_MISMATCH',
  'EPOCH_OLD',
  /** An older revision of a policy, an older sequence of an assignment. */
  'REVISION_OLD',
  /** The revision in force, but signed earlier than the copy that is held. */
  'REPLAYED',
  /** The revision in force with other content. */
  'CONTENT_CHANGED',
  /** The stated content hash is not that of the content. */
  'HASH_MISMATCH',
  /** Well signed, but not of the shape that this version reads. */
  'SCHEMA_INVALID',
] as const;
export type BundleErrorCode = (typeof BUNDLE_ERROR_CODES)[number];

const HINTS: Readonly<Record<BundleErrorCode, string>> = {
  TOO_LARGE: 'fewer or shorter entries make a smaller policy; patterns cover many registries with one entry',
  MALFORMED: 'something between server and machine changes the answer; fetch it without that proxy',
  SIGNATURE_INVALID: 'the document was changed on its way or on disk; the last good one stays in force',
  KEY_UNKNOWN:
    'the server signs for another organization or with a new recovery key; enroll the machine again',
  KEY_INVALID: 'expected a JWK with kty "OKP" and crv "Ed25519"',
  FOREIGN_ORGANIZATION: 'the server answered for another organization; check the server URL',
  FOREIGN_MACHINE: 'the server answered for another machine; was this one cloned? enroll it again',
  EPOCH_MISMATCH: 'the server mixes documents of two epochs; restore it from one backup',
  EPOCH_OLD: 'the server went back before a change of keys; restore it from a newer backup',
  REVISION_OLD: 'the server went back to an older revision; a rollback must publish a new one',
  REPLAYED: 'a cache serves an older copy; it is ignored and asked for again',
  CONTENT_CHANGED: 'two policies carry one revision number; publish again to get a new one',
  HASH_MISMATCH: 'the server states a hash that is not that of its content; publish again',
  SCHEMA_INVALID: 'the server may be newer than this agent; update the agent',
};

/** A document that is not taken, or a key that cannot be used. Never holds key material. */
export class BundleError extends CodedError<BundleErrorCode> {
  override readonly name = 'BundleError';

  constructor(code: BundleErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(code, message, { hint: HINTS[code], ...options });
  }
}
