/** The two keys of an organization (semantics 7): made at set-up, and the signing key loaded for signing. */

import {
  type BundleSigner,
  generateKeyPair,
  keyFingerprint,
  type PublicJwk,
  signKeyCertificate,
  toPublicJwk,
} from '@pullgate/bundle';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { keepKeyFile, loadKeyFile } from './key-files.ts';
import { findKeys, insertKeys } from './store.ts';

export interface KeyDependencies {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly clock: () => number;
}

export interface OrganizationKeys {
  readonly epoch: number;
  readonly recoveryKey: PublicJwk;
  /** RFC 7638 thumbprint of the recovery key. */
  readonly fingerprint: string;
}

export interface OrganizationSigner extends BundleSigner {
  readonly epoch: number;
}

const FIRST_EPOCH = 1;
/** A slug names the files, so it must be nothing but a name. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/**
 * Makes the recovery key `<dataDir>/keys/<slug>-recovery.jwk` and the signing key `<slug>-signing.jwk`, both 0600, and has
 * the one certify the other. The server never reads the recovery key again: it is to be moved offline. Called again, it
 * finishes what an interrupted set-up left and changes nothing else.
 * @throws ControlPlaneError CONFIG_INVALID for a slug that cannot name a file.
 */
export async function createOrganizationKeys(
  { db, dataDir, clock }: KeyDependencies,
  organization: { readonly id: string; readonly slug: string },
): Promise<OrganizationKeys> {
  const known = await findKeys(db, organization.id);
  if (known !== undefined) return toKeys(known);
  if (!SLUG.test(organization.slug)) {
    throw new ControlPlaneError('CONFIG_INVALID', 'expected a slug of letters, digits and hyphens');
  }
  const signingKeyFile = `${organization.slug}-signing.jwk`;
  const recovery = keepKeyFile(dataDir, `${organization.slug}-recovery.jwk`, generateKeyPair().privateKey);
  const signing = keepKeyFile(dataDir, signingKeyFile, generateKeyPair().privateKey);
  const certificate = await signKeyCertificate(
    {
      kind: 'keys',
      organizationId: organization.id,
      epoch: FIRST_EPOCH,
      issuedAt: clock(),
      signingKey: { ...toPublicJwk(signing) },
    },
    recovery,
  );
  const row = {
    organization_id: organization.id,
    epoch: FIRST_EPOCH,
    certificate,
    recovery_key: recovery.x,
    fingerprint: await keyFingerprint(toPublicJwk(recovery)),
    signing_key: signing.x,
    signing_key_file: signingKeyFile,
  };
  await insertKeys(db, row);
  return toKeys(row);
}

/** @throws ControlPlaneError KEYS_MISSING when the organization was set up without keys. */
export async function loadOrganizationKeys(
  db: Kysely<Database>,
  organizationId: string,
): Promise<OrganizationKeys> {
  return toKeys(await requireKeys(db, organizationId));
}

export type Signers = (organizationId: string) => Promise<OrganizationSigner>;

/** Loads each organization's signing key once. The function throws ControlPlaneError KEYS_MISSING when it cannot. */
export function createSigners(dependencies: Omit<KeyDependencies, 'clock'>): Signers {
  const loaded = new Map<string, OrganizationSigner>();
  return async (organizationId) => {
    const signer = loaded.get(organizationId) ?? (await loadSigner(dependencies, organizationId));
    loaded.set(organizationId, signer);
    return signer;
  };
}

async function loadSigner(
  { db, dataDir }: Omit<KeyDependencies, 'clock'>,
  organizationId: string,
): Promise<OrganizationSigner> {
  const row = await requireKeys(db, organizationId);
  const signingKey = loadKeyFile(dataDir, row.signing_key_file);
  if (signingKey.x !== row.signing_key) {
    throw new ControlPlaneError('KEYS_MISSING', 'the signing key on disk is not the certified one', {
      hint: 'restore database and keys from one backup',
    });
  }
  return { keys: row.certificate, signingKey, epoch: row.epoch };
}

async function requireKeys(db: Kysely<Database>, organizationId: string) {
  const row = await findKeys(db, organizationId);
  if (row !== undefined) return row;
  throw new ControlPlaneError('KEYS_MISSING', 'the organization has no keys to sign its policy with', {
    hint: 'set the organization up again on an empty data directory',
  });
}

function toKeys(row: { epoch: number; recovery_key: string; fingerprint: string }): OrganizationKeys {
  const recoveryKey: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: row.recovery_key };
  return { epoch: row.epoch, recoveryKey, fingerprint: row.fingerprint };
}
