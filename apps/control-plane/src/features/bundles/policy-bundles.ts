/** The signed policy of each organization: signed once per revision, kept as bytes, signed again when it grows old. */

import { createHash } from 'node:crypto';
import { signPolicy } from '@pullgate/bundle';
import type { PolicyDocument, RegistryProfile } from '@pullgate/policy';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { OrganizationSigner, Signers } from './organization-keys.ts';
import { findPolicyBundle, findRevisionInForce, replacePolicyBundle } from './store.ts';

/** Semantics 7: the server re-signs an unchanged revision every 6 h. */
export const SIGN_AGAIN_MS = 6 * 3600_000;

/** What machines download, and by what they know it. */
export interface SignedDocument {
  readonly epoch: number;
  /** Revision of a policy, sequence of an assignment. */
  readonly revision: number;
  readonly issuedAt: number;
  /** Strong: the same bytes, the same tag. */
  readonly etag: string;
  readonly body: Buffer;
}

export interface PolicyBundles {
  /** The revision in force, signed. @throws ControlPlaneError NOT_FOUND, KEYS_MISSING */
  current(organizationId: string): Promise<SignedDocument>;
  /** Forgets what was kept: a revision was published. */
  invalidate(organizationId: string): void;
}

export interface PolicyBundlesDependencies {
  readonly db: Kysely<Database>;
  readonly signers: Signers;
  readonly clock: () => number;
  readonly publicUrl: () => string;
}

export function createPolicyBundles(dependencies: PolicyBundlesDependencies): PolicyBundles {
  const kept = new Map<string, Promise<SignedDocument>>();
  const { clock } = dependencies;
  const renew = (organizationId: string): Promise<SignedDocument> => {
    const signing = loadOrSign(dependencies, organizationId);
    kept.set(organizationId, signing);
    signing.catch(() => {
      if (kept.get(organizationId) === signing) kept.delete(organizationId);
    });
    return signing;
  };
  return {
    current: async (organizationId) => {
      const known = kept.get(organizationId);
      const document = await (known ?? renew(organizationId));
      if (clock() - document.issuedAt < SIGN_AGAIN_MS) return document;
      // Whoever comes first signs; those who come meanwhile wait for the same bytes.
      return await (kept.get(organizationId) === known
        ? renew(organizationId)
        : (kept.get(organizationId) ?? document));
    },
    invalidate: (organizationId) => {
      kept.delete(organizationId);
    },
  };
}

async function loadOrSign(
  { db, signers, clock, publicUrl }: PolicyBundlesDependencies,
  organizationId: string,
): Promise<SignedDocument> {
  const inForce = await findRevisionInForce(db, organizationId);
  if (inForce === undefined) {
    throw new ControlPlaneError('NOT_FOUND', 'the organization has published no policy yet');
  }
  const stored = await findPolicyBundle(db, organizationId, inForce.revision);
  const signer = await signers(organizationId);
  const isGood =
    stored !== undefined &&
    stored.epoch === signer.epoch &&
    stored.public_url === publicUrl() &&
    clock() - stored.issued_at < SIGN_AGAIN_MS;
  if (isGood) return toSignedDocument(stored);
  // A machine takes an equal revision only when it was signed later than its own: never step back with the clock.
  const issuedAt = Math.max(clock(), (stored?.issued_at ?? 0) + 1);
  const body = await sign(inForce, signer, issuedAt, publicUrl());
  const row = {
    organization_id: organizationId,
    revision: inForce.revision,
    epoch: signer.epoch,
    issued_at: issuedAt,
    public_url: publicUrl(),
    body,
  };
  await replacePolicyBundle(db, row);
  return toSignedDocument(row);
}

type RevisionInForce = NonNullable<Awaited<ReturnType<typeof findRevisionInForce>>>;

async function sign(
  { id, slug, name, revision, ...row }: RevisionInForce,
  signer: OrganizationSigner,
  issuedAt: number,
  publicUrl: string,
): Promise<string> {
  const bundle = await signPolicy(
    {
      kind: 'policy',
      organization: { id, slug, name },
      epoch: signer.epoch,
      revision,
      issuedAt,
      contentHash: row.content_hash,
      document: JSON.parse(row.document) as PolicyDocument,
      profiles: JSON.parse(row.profiles) as RegistryProfile[],
      ...(row.catalog_version === null ? {} : { catalogVersion: row.catalog_version }),
      publicUrl,
    },
    signer,
  );
  return JSON.stringify(bundle);
}

function toSignedDocument(row: {
  epoch: number;
  revision: number;
  issued_at: number;
  body: string;
}): SignedDocument {
  const etag = `"${createHash('sha256').update(row.body).digest('base64url')}"`;
  return {
    epoch: row.epoch,
    revision: row.revision,
    issuedAt: row.issued_at,
    etag,
    body: Buffer.from(row.body),
  };
}
