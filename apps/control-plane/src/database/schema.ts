/**
 * The tables as Kysely types. Times are milliseconds since the Unix epoch, JSON is text, ids are text; the tables of
 * better-auth (camelCase columns) are its own, are read here and written only through it.
 */

import type { Mode } from '@pullgate/policy';
import type { BundleTables } from '../features/bundles/tables.ts';
import type { CatalogTables } from '../features/catalog/tables.ts';
import type { DecisionTables } from '../features/decisions/tables.ts';
import type { EnrollmentTables } from '../features/enrollment/tables.ts';
import type { MachineTables } from '../features/machines/tables.ts';
import type { RegistryHostTables } from '../features/registry-hosts/tables.ts';
import type { PeopleTables } from './people-schema.ts';

export interface Database
  extends MachineTables,
    EnrollmentTables,
    BundleTables,
    CatalogTables,
    DecisionTables,
    RegistryHostTables,
    PeopleTables {
  readonly user: UserTable;
  readonly organization: OrganizationTable;
  readonly member: MemberTable;
  readonly api_tokens: ApiTokensTable;
  readonly activity: ActivityTable;
  readonly activity_heads: ActivityHeadsTable;
  readonly policy_revisions: PolicyRevisionsTable;
  readonly policy_drafts: PolicyDraftsTable;
  readonly policy_heads: PolicyHeadsTable;
}

export interface UserTable {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: number;
  readonly twoFactorEnabled: number | null;
}

export interface OrganizationTable {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** ISO date. */
  readonly createdAt: string;
}

export interface MemberTable {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  readonly role: string;
  readonly createdAt: string;
  /** ISO date: the person keeps the place and may do nothing. */
  readonly deactivatedAt: string | null;
  /** What made and keeps this membership: `manual`, `sso` or `scim`; null: `manual`. */
  readonly source: string | null;
}

export interface ApiTokensTable {
  readonly id: string;
  readonly organization_id: string;
  readonly user_id: string;
  readonly name: string;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  readonly start: string;
  /** JSON list of scopes. */
  readonly scopes: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

export interface ActivityTable {
  readonly id: string;
  readonly organization_id: string;
  readonly seq: number;
  readonly at: number;
  readonly event: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly address: string;
  readonly user_agent: string | null;
  readonly target_kind: string;
  readonly target_id: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly text: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Last entry of each organization's chain; its row is what serializes appending. */
export interface ActivityHeadsTable {
  readonly organization_id: string;
  readonly seq: number;
  readonly hash: string;
}

export interface PolicyRevisionsTable {
  readonly organization_id: string;
  readonly revision: number;
  readonly mode: Mode;
  readonly yaml: string;
  readonly document: string;
  /** JSON list of the catalog's profiles at the time, so that a revision means the same after an upgrade. */
  readonly profiles: string;
  /** Version of that catalog; null in revisions of before there was one. */
  readonly catalog_version: string | null;
  /** Hash over document and profiles, as machines check it. */
  readonly content_hash: string;
  readonly published_at: number;
  readonly published_by: string;
  readonly comment: string | null;
  readonly rollback_of: number | null;
  /** JSON list of Change. */
  readonly changes: string;
}

export interface PolicyDraftsTable {
  readonly organization_id: string;
  readonly version: number;
  readonly base: number;
  readonly yaml: string;
  /** The same as JSON, so that reading a draft parses no YAML. */
  readonly document: string;
  readonly updated_at: number | null;
  readonly updated_by: string | null;
}

/** Published revision of each organization; its row is what serializes publishing. */
export interface PolicyHeadsTable {
  readonly organization_id: string;
  readonly revision: number;
}
