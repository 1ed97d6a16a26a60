/**
 * Reads and writes the one form of JWS that Pullgate uses. Leaves what the payload means to `payload-schema.ts`.
 *
 *     jws     = header "." payload "." signature        ; RFC 7515 compact, canonical unpadded base64url
 *     header  = {"alg":"EdDSA","typ":TYP,"kid":THUMBPRINT}   ; these three members, no others
 */

import { CompactSign, compactVerify, importJWK } from 'jose';
import { BundleError } from './bundle-error.ts';
import { importPrivateKey, keyFingerprint, type PrivateJwk, type PublicJwk } from './keys.ts';

/** One per kind of document, so that a policy never verifies as an assignment or a key certificate, by whatever key. */
export const JWS_TYPES = {
  keys: 'pullgate-keys+jws',
  policy: 'pullgate-policy+jws',
  assignment: 'pullgate-assignment+jws',
  catalog: 'pullgate-catalog+jws',
} as const;
export type JwsKind = keyof typeof JWS_TYPES;

/** Signs the JSON of `payload`. @throws BundleError `KEY_INVALID`. */
export async function signJws(kind: JwsKind, payload: object, key: PrivateJwk): Promise<string> {
  const header = { alg: 'EdDSA', typ: JWS_TYPES[kind], kid: await keyFingerprint(key) };
  const bytes = new TextEncoder().encode(JSON.stringify(payload));
  return await new CompactSign(bytes).setProtectedHeader(header).sign(await importPrivateKey(key));
}

/**
 * Verifies that `jws` is of `kind` and by `key`, and parses its JSON.
 *
 * @throws BundleError `MALFORMED`, `KEY_UNKNOWN`, `SIGNATURE_INVALID`.
 */
export async function verifyJws(kind: JwsKind, jws: string, key: PublicJwk): Promise<unknown> {
  const parts = jws.split('.');
  if (parts.length !== 3 || !parts.every(isCanonicalBase64url))
    throw new BundleError('MALFORMED', `expected a compact JWS for ${kind}`);
  const header = parseHeader(parts[0] ?? '', kind);
  if (header.kid !== (await keyFingerprint(key)))
    throw new BundleError('KEY_UNKNOWN', `expected ${kind} to be signed by a key that this machine trusts`);
  return parseJson(await verifySignature(kind, jws, key), kind);
}

/** Stops a stranger on the network: only EdDSA by the one key given counts, so neither `none` nor an HMAC with public bytes does. */
async function verifySignature(kind: JwsKind, jws: string, key: PublicJwk): Promise<Uint8Array> {
  try {
    const verified = await compactVerify(jws, await importJWK({ ...key }, 'EdDSA'), {
      algorithms: ['EdDSA'],
    });
    return verified.payload;
  } catch (error) {
    throw new BundleError('SIGNATURE_INVALID', `expected a valid signature on ${kind}`, { cause: error });
  }
}

/** Stops a lying cache: base64url with loose trailing bits or other letters would give one document many spellings. */
function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** Stops header tricks before any key is used: `jwk`, `x5c`, `jku`, `crit`, `b64` and every other member are refused. */
function parseHeader(part: string, kind: JwsKind): { readonly kid: string } {
  const header = parseJson(Buffer.from(part, 'base64url'), kind);
  const { alg, typ, kid, ...others } = (header ?? {}) as Record<string, unknown>;
  if (alg !== 'EdDSA' || typ !== JWS_TYPES[kind] || typeof kid !== 'string' || Object.keys(others).length > 0)
    throw new BundleError(
      'MALFORMED',
      `expected a header of alg EdDSA, typ ${JWS_TYPES[kind]} and kid alone`,
    );
  return { kid };
}

function parseJson(bytes: Uint8Array, kind: JwsKind): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new BundleError('MALFORMED', `expected JSON in ${kind}`, { cause: error });
  }
}
