/** Verifies what an agent downloaded or kept: size, signatures, owner, order (semantics 7). Leaves the policy's own rules to `@pullgate/policy`. */

import { BundleError } from './bundle-error.ts';
import { contentHashOf } from './content-hash.ts';
import { type JwsKind, verifyJws } from './jws.ts';
import { type PublicJwk, toPublicJwk } from './keys.ts';
import { parseAssignmentPayload, parseKeyCertificatePayload, parsePolicyPayload } from './payload-schema.ts';
import type {
  AssignmentPayload,
  BundlePosition,
  KeyCertificatePayload,
  PolicyPayload,
  SignedBundle,
} from './types.ts';

/** 10,000 rules of usual length take 2 MiB as JSON and 2.7 MiB as JWS; three times that, and still quick to refuse. */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;

export interface VerifyOptions {
  /** Public half of the key that enrolment pinned. */
  readonly recoveryKey: PublicJwk;
  readonly organizationId: string;
  /** Where the machine stands; absent: it has no such document yet. */
  readonly position?: BundlePosition;
}

export interface VerifyAssignmentOptions extends VerifyOptions {
  readonly machineId: string;
}

export interface Verified<Payload> {
  /** False when the document is the one that is in force: nothing to do, and no error. */
  readonly news: boolean;
  readonly payload: Payload;
  readonly position: BundlePosition;
}

/** Verifies a policy. @throws BundleError of any code but `KEY_INVALID` and `FOREIGN_MACHINE`; see {@link BUNDLE_ERROR_CODES}. */
export async function verifyPolicyBundle(
  bundle: SignedBundle,
  options: VerifyOptions,
): Promise<Verified<PolicyPayload>> {
  const { certificate, value } = await verifyDocument('policy', bundle, options);
  const payload = parsePolicyPayload(value);
  checkOwner(payload.organization.id, payload.epoch, certificate);
  // Stops a signer with a fault: agents compare this hash, so it must be that of what they decide by.
  if (payload.contentHash !== contentHashOf(payload.document, payload.profiles))
    throw new BundleError('HASH_MISMATCH', 'expected contentHash to be that of document and profiles');
  const { epoch, revision, issuedAt, contentHash } = payload;
  const position: BundlePosition = { epoch, revision, issuedAt, contentHash };
  return { news: isNews(position, options.position), payload, position };
}

/** Verifies an assignment. @throws BundleError of any code but `KEY_INVALID`, `HASH_MISMATCH` and `CONTENT_CHANGED`. */
export async function verifyAssignmentBundle(
  bundle: SignedBundle,
  options: VerifyAssignmentOptions,
): Promise<Verified<AssignmentPayload>> {
  const { certificate, value } = await verifyDocument('assignment', bundle, options);
  const payload = parseAssignmentPayload(value);
  checkOwner(payload.organizationId, payload.epoch, certificate);
  // Stops a stolen assignment: another machine's holder, teams and grants are signed by the same key.
  if (payload.machineId !== options.machineId)
    throw new BundleError('FOREIGN_MACHINE', 'expected the assignment of this machine');
  const position: BundlePosition = {
    epoch: payload.epoch,
    revision: payload.sequence,
    issuedAt: payload.issuedAt,
  };
  return { news: isNews(position, options.position), payload, position };
}

async function verifyDocument(
  kind: JwsKind,
  bundle: SignedBundle,
  options: VerifyOptions,
): Promise<{ readonly certificate: KeyCertificatePayload; readonly value: unknown }> {
  checkSize(bundle);
  const keys = await verifyJws('keys', bundle.keys, toPublicJwk(options.recoveryKey));
  const certificate = parseKeyCertificatePayload(keys);
  // Stops one recovery key used for two organizations from mixing them.
  if (certificate.organizationId !== options.organizationId)
    throw new BundleError('FOREIGN_ORGANIZATION', 'expected keys of the pinned organization');
  return { certificate, value: await verifyJws(kind, bundle.payload, toPublicJwk(certificate.signingKey)) };
}

/** First of all checks: nothing of an oversized answer is decoded, hashed or parsed. Counts UTF-16 units; valid JWS are ASCII. */
function checkSize(bundle: SignedBundle): void {
  if (typeof bundle.keys !== 'string' || typeof bundle.payload !== 'string')
    throw new BundleError('MALFORMED', 'expected keys and payload as text');
  if (bundle.keys.length + bundle.payload.length > MAX_BUNDLE_BYTES)
    throw new BundleError('TOO_LARGE', `expected at most ${MAX_BUNDLE_BYTES} bytes`);
}

function checkOwner(organizationId: string, epoch: number, certificate: KeyCertificatePayload): void {
  if (organizationId !== certificate.organizationId)
    throw new BundleError('FOREIGN_ORGANIZATION', 'expected a document of the pinned organization');
  // Stops a stolen signing key of a closed epoch: with an old certificate it cannot speak for the new epoch.
  if (epoch !== certificate.epoch)
    throw new BundleError('EPOCH_MISMATCH', `expected epoch ${certificate.epoch}, got ${epoch}`);
}

/** Stops an old document replayed, which would reopen what was closed since. Order: epoch, then revision, then issuedAt. */
function isNews(offered: BundlePosition, held: BundlePosition | undefined): boolean {
  if (held === undefined || offered.epoch > held.epoch) return true;
  if (offered.epoch < held.epoch)
    throw new BundleError('EPOCH_OLD', `expected epoch ${held.epoch} or later, got ${offered.epoch}`);
  if (offered.revision > held.revision) return true;
  if (offered.revision < held.revision)
    throw new BundleError('REVISION_OLD', `expected ${held.revision} or later, got ${offered.revision}`);
  if (held.contentHash !== undefined && offered.contentHash !== held.contentHash)
    throw new BundleError('CONTENT_CHANGED', `expected the content that ${held.revision} had before`);
  if (offered.issuedAt < held.issuedAt)
    throw new BundleError('REPLAYED', `expected a copy signed at ${held.issuedAt} or later`);
  return offered.issuedAt > held.issuedAt;
}
