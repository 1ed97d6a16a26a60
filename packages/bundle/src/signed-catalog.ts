/**
 * Signs and verifies catalogs of registry profiles. A catalog stands alone: no organization, no epoch, no key certificate.
 * Leaves what it says, and whether it is newer, to the catalog package and to the control plane.
 */

import { BundleError } from './bundle-error.ts';
import { signJws, verifyJws } from './jws.ts';
import { keyFingerprint, type PrivateJwk, type PublicJwk } from './keys.ts';

/** A catalog of at most 512 KiB of JSON, as base64url with its header and signature. */
export const MAX_SIGNED_CATALOG_BYTES = 704 * 1024;

export interface VerifiedCatalog {
  /** JSON that nobody has parsed as a catalog yet. */
  readonly value: unknown;
  /** Fingerprint of the key that signed it. */
  readonly signer: string;
}

/** Signs the JSON value of a catalog; the result is one line of text. @throws BundleError `KEY_INVALID` */
export async function signCatalog(catalog: object, key: PrivateJwk): Promise<string> {
  return await signJws('catalog', catalog, key);
}

/**
 * Verifies that one of the trusted keys signed it.
 *
 * @throws BundleError `TOO_LARGE`, `MALFORMED`, `KEY_UNKNOWN`, `SIGNATURE_INVALID`
 */
export async function verifyCatalog(jws: string, trusted: readonly PublicJwk[]): Promise<VerifiedCatalog> {
  // First of all checks, as for bundles. Counts UTF-16 units; a valid JWS is ASCII.
  if (jws.length > MAX_SIGNED_CATALOG_BYTES)
    throw new BundleError('TOO_LARGE', `expected at most ${MAX_SIGNED_CATALOG_BYTES} bytes`);
  for (const key of trusted) {
    const value = await verifyUnlessUnknown(jws, key);
    if (value !== undefined) return { value: value.verified, signer: await keyFingerprint(key) };
  }
  throw new BundleError('KEY_UNKNOWN', 'expected a catalog signed by a key that is trusted for catalogs');
}

/** Undefined when another key signed it; a key of its own that does not verify is no reason to try others. */
async function verifyUnlessUnknown(
  jws: string,
  key: PublicJwk,
): Promise<{ readonly verified: unknown } | undefined> {
  try {
    return { verified: await verifyJws('catalog', jws, key) };
  } catch (error) {
    if (error instanceof BundleError && error.code === 'KEY_UNKNOWN') return undefined;
    throw error;
  }
}
