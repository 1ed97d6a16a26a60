/** The documents that agents download, as values and as signed bytes. Leaves signing and verification to the modules beside it. */

import type { Grant, Mode, PolicyDocument, RegistryProfile } from '@pullgate/policy';
import type { JWK } from 'jose';

/** Content of the policy document: one per revision, the same bytes for every machine of the organization. */
export interface PolicyPayload {
  readonly kind: 'policy';
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  /** Rises only by the recovery key. */
  readonly epoch: number;
  readonly revision: number;
  /** Milliseconds since the Unix epoch; the server re-signs an unchanged revision every 6 h. */
  readonly issuedAt: number;
  /** Hash over the canonical JSON of `document` and `profiles` (`sha256:…`): equal revision requires equal content. */
  readonly contentHash: string;
  readonly document: PolicyDocument;
  /** Catalog profiles that apply, so that a machine decides by data of one version. */
  readonly profiles: readonly RegistryProfile[];
  /** Version of the catalog that they are of, for people; absent from servers before 0.2. */
  readonly catalogVersion?: string;
  readonly publicUrl: string;
}

/** Content of the assignment: one per machine, with a sequence of its own. */
export interface AssignmentPayload {
  readonly kind: 'assignment';
  readonly organizationId: string;
  readonly machineId: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly issuedAt: number;
  /** The person that rootful engines act for. */
  readonly holder?: { readonly id: string };
  /** Team ids of the holder. */
  readonly teams: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  /** Who is signed in on the machine; one per uid. A deactivated person is not among them. */
  readonly sessions: readonly AssignedSession[];
  /** Overrides the organization's mode in a staged roll-out. */
  readonly stage?: Mode;
}

/** A person signed in on a machine: whom rootless engines and command lines of this uid act for. */
export interface AssignedSession {
  readonly id: string;
  readonly uid: number;
  readonly user: { readonly id: string; readonly email: string };
  /** Slugs of the person's organizations on this server, which `allowedOrgs` is compared with. */
  readonly organizations: readonly string[];
  /** Teams of the person in the machine's organization. */
  readonly teams: readonly string[];
  readonly since: number;
}

/** Says which online key signs, by the offline recovery key. */
export interface KeyCertificatePayload {
  readonly kind: 'keys';
  readonly organizationId: string;
  readonly epoch: number;
  readonly issuedAt: number;
  readonly signingKey: JWK;
}

/** What travels and what is stored as last good: a key certificate and a document, each a compact JWS (EdDSA). */
export interface SignedBundle {
  /** JWS of {@link KeyCertificatePayload}, by the recovery key. */
  readonly keys: string;
  /** JWS of {@link PolicyPayload} or {@link AssignmentPayload}, by the signing key. */
  readonly payload: string;
}

/** Where an agent stands; a new document must be greater. */
export interface BundlePosition {
  readonly epoch: number;
  /** Revision of a policy, sequence of an assignment. */
  readonly revision: number;
  readonly issuedAt: number;
  /** Of a policy only. */
  readonly contentHash?: string;
}
