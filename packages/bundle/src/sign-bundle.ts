/** Signs what agents download: key certificates by the recovery key, policies and assignments by the signing key (semantics 7). */

import { BundleError } from './bundle-error.ts';
import { contentHashOf } from './content-hash.ts';
import { signJws } from './jws.ts';
import type { PrivateJwk } from './keys.ts';
import { parseAssignmentPayload, parseKeyCertificatePayload, parsePolicyPayload } from './payload-schema.ts';
import type { AssignmentPayload, KeyCertificatePayload, PolicyPayload, SignedBundle } from './types.ts';

export interface BundleSigner {
  /** Key certificate (JWS) of `signingKey`, of the same epoch as the payload. */
  readonly keys: string;
  readonly signingKey: PrivateJwk;
}

/** Certifies the online signing key. @throws BundleError `SCHEMA_INVALID`, `KEY_INVALID`. */
export async function signKeyCertificate(
  payload: KeyCertificatePayload,
  recoveryKey: PrivateJwk,
): Promise<string> {
  return await signJws('keys', parseKeyCertificatePayload(payload), recoveryKey);
}

/** Signs one revision. @throws BundleError `SCHEMA_INVALID`, `HASH_MISMATCH`, `KEY_INVALID`: what no agent would take is not signed. */
export async function signPolicy(payload: PolicyPayload, signer: BundleSigner): Promise<SignedBundle> {
  parsePolicyPayload(payload);
  if (payload.contentHash !== contentHashOf(payload.document, payload.profiles))
    throw new BundleError('HASH_MISMATCH', 'expected contentHash to be that of document and profiles');
  return { keys: signer.keys, payload: await signJws('policy', payload, signer.signingKey) };
}

/** Signs the assignment of one machine. @throws BundleError `SCHEMA_INVALID`, `KEY_INVALID`. */
export async function signAssignment(
  payload: AssignmentPayload,
  signer: BundleSigner,
): Promise<SignedBundle> {
  return {
    keys: signer.keys,
    payload: await signJws('assignment', parseAssignmentPayload(payload), signer.signingKey),
  };
}
