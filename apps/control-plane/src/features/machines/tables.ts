/** The table of machines as Kysely types. */

export interface MachineTables {
  readonly machines: MachinesTable;
}

export interface MachinesTable {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly os: string;
  readonly arch: string;
  readonly agent_version: string;
  readonly protocol: number;
  /** `x` of the machine's Ed25519 key. */
  readonly public_key: string;
  /** 1: forgotten after a day away. */
  readonly ephemeral: number;
  readonly enrollment_token_id: string;
  readonly enrolled_at: number;
  readonly last_seen_at: number | null;
  readonly revoked_at: number | null;
  /** Kept as a row while its decisions are, but no longer listed nor let in. */
  readonly forgotten_at: number | null;
  readonly policy_epoch: number | null;
  readonly policy_revision: number | null;
  /** When `policy_revision` was first reported. */
  readonly acknowledged_at: number | null;
  readonly assignment_sequence: number | null;
  readonly rejected_code: string | null;
  readonly rejected_at: number | null;
  /** JSON lists, as in the heartbeat. */
  readonly points: string;
  readonly engines: string;
  readonly log_pending: number | null;
  readonly log_dropped: number | null;
  /** JSON of the heartbeat's `signIn`. */
  readonly sign_in: string | null;
  /** The person that rootful engines act for. The decision; what the machine was told of it stands in `assignments`. */
  readonly holder_id: string | null;
}
