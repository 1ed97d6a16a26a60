/** The tables of decision logs and decisions as Kysely types. */

import type { Mode } from '@pullgate/policy';
import type { Generated } from 'kysely';

export interface DecisionTables {
  readonly decision_logs: DecisionLogsTable;
  readonly decisions: DecisionsTable;
  readonly attempt_hours: AttemptHoursTable;
  readonly denied_hours: DeniedHoursTable;
}

export interface DecisionLogsTable {
  readonly id: Generated<number>;
  readonly machine_id: string;
  /** The machine's own name for its log. */
  readonly log: string;
  /** Highest sequence number received. */
  readonly high: number;
  /** JSON list of ranges below `high` that were not. */
  readonly gaps: string;
  readonly last_at: number;
}

export interface DecisionsTable {
  readonly log_id: number;
  readonly seq: number;
  readonly organization_id: string;
  readonly machine_id: string;
  /** By the machine's clock, but never later than `received_at`. */
  readonly at: number;
  readonly received_at: number;
  readonly point: string;
  readonly depth: 'host' | 'full';
  readonly verdict: 'allow' | 'deny';
  readonly effect: 'forward' | 'refuse';
  readonly mode: Mode;
  readonly reason: string;
  readonly rule_id: string | null;
  readonly revision: number;
  readonly registry: string;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly action: string | null;
  readonly user_id: string | null;
  readonly engine: string | null;
  readonly message: string | null;
}

/** How an attempt ended. `observed`: denied, but let through. */
export type Outcome = 'allowed' | 'denied' | 'observed';

/** Attempts of one hour, so that charts need not read the decisions. */
export interface AttemptHoursTable {
  readonly organization_id: string;
  /** When the hour began, by the machines' clocks. */
  readonly hour: number;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly records: number;
}

/** The same by registry, for what was not allowed alone: what is allowed is most, and nobody ranks it. */
export interface DeniedHoursTable extends AttemptHoursTable {
  readonly outcome: Exclude<Outcome, 'allowed'>;
  readonly registry: string;
}
