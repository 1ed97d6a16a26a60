/** The tables of keys, signed policies and assignments as Kysely types. No private key is ever in the database. */

import type { Mode } from '@pullgate/policy';

export interface BundleTables {
  readonly organization_keys: OrganizationKeysTable;
  readonly policy_bundles: PolicyBundlesTable;
  readonly assignments: AssignmentsTable;
}

export interface OrganizationKeysTable {
  readonly organization_id: string;
  readonly epoch: number;
  /** JWS by the recovery key over the public signing key. */
  readonly certificate: string;
  /** `x` of the public recovery key. */
  readonly recovery_key: string;
  readonly fingerprint: string;
  /** `x` of the public signing key. */
  readonly signing_key: string;
  /** Name of the file of the private signing key below `<dataDir>/keys`. */
  readonly signing_key_file: string;
}

/** The signed bytes of the revision in force, kept so that a restart serves the same. */
export interface PolicyBundlesTable {
  readonly organization_id: string;
  readonly revision: number;
  readonly epoch: number;
  readonly issued_at: number;
  readonly public_url: string;
  readonly body: string;
}

export interface AssignmentsTable {
  readonly machine_id: string;
  readonly organization_id: string;
  readonly sequence: number;
  readonly issued_at: number;
  /** As signed; who it is to be stands in `machines.holder_id`. Written by `assignments.ts` alone. */
  readonly holder_id: string | null;
  /** JSON. */
  readonly teams: string;
  readonly labels: string;
  readonly grants: string;
  readonly sessions: string;
  readonly stage: Mode | null;
}
