/** Parses content digests. Leaves computing and comparing content to others. */

import { quote } from '@pullgate/errors';
import { InvalidReferenceError } from './error.ts';
import type { Digest } from './types.ts';

/**
 * Hex characters per registered algorithm (OCI image spec, descriptor, "Registered Algorithms", and sha384, which
 * Docker's digest library accepts too).
 */
const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** Longer than any name of an algorithm; bounds what is tested against its grammar. */
const MAX_ALGORITHM_LENGTH = 64;

const ALGORITHM = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*$/;
const LOWER_HEX = /^[a-f0-9]*$/;

/**
 * Parses `algorithm:hex`. Hex is lower case only: with upper case the same content would have two names.
 *
 * @throws InvalidReferenceError `DIGEST_INVALID`, or `DIGEST_UNSUPPORTED` for a well-formed algorithm that is not registered.
 */
export function parseDigest(text: string): Digest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, Math.max(colon, 0));
  const hexLength = HEX_LENGTHS.get(algorithm);
  if (hexLength === undefined) throw unknownAlgorithm(text, algorithm);
  const hex = text.slice(colon + 1);
  if (hex.length !== hexLength || !LOWER_HEX.test(hex)) {
    throw new InvalidReferenceError(
      'DIGEST_INVALID',
      `a ${algorithm} digest has ${hexLength} lower-case hex characters, got ${quote(hex)}`,
    );
  }
  return text as Digest;
}

function unknownAlgorithm(text: string, algorithm: string): InvalidReferenceError {
  if (algorithm.length > MAX_ALGORITHM_LENGTH || !ALGORITHM.test(algorithm)) {
    return new InvalidReferenceError('DIGEST_INVALID', `a digest is algorithm:hex, got ${quote(text)}`);
  }
  return new InvalidReferenceError('DIGEST_UNSUPPORTED', `no such digest algorithm: ${quote(algorithm)}`, {
    hint: `use one of ${[...HEX_LENGTHS.keys()].join(', ')}`,
  });
}
