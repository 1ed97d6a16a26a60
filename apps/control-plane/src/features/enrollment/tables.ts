/** The table of enrolment tokens as Kysely types. */

export interface EnrollmentTables {
  readonly enrollment_tokens: EnrollmentTokensTable;
}

export interface EnrollmentTokensTable {
  readonly id: string;
  readonly organization_id: string;
  readonly created_by: string;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  readonly uses: number;
  readonly used: number;
  readonly ephemeral: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly revoked_at: number | null;
}
