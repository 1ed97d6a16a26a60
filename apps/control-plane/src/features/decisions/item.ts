/** Turns a stored decision into what the API answers. */

import type { DecisionItem } from '@pullgate/protocol';
import type { DecisionsTable } from './tables.ts';

export type DecisionRow = DecisionsTable & { readonly log: string; readonly machine_name: string };

export function toDecisionItem(row: DecisionRow, count = 1): DecisionItem {
  return {
    id: `${row.log_id}-${row.seq}`,
    at: row.at,
    receivedAt: row.received_at,
    machine: { id: row.machine_id, name: row.machine_name },
    log: row.log,
    seq: row.seq,
    point: row.point,
    depth: row.depth,
    verdict: row.verdict,
    effect: row.effect,
    mode: row.mode,
    reason: row.reason,
    ...(row.rule_id === null ? {} : { ruleId: row.rule_id }),
    revision: row.revision,
    registry: row.registry,
    ...(row.repository === null ? {} : { repository: row.repository }),
    ...(row.tag === null ? {} : { tag: row.tag }),
    ...(row.action === null ? {} : { action: row.action }),
    ...(row.user_id === null ? {} : { user: row.user_id }),
    ...(row.engine === null ? {} : { engine: row.engine }),
    ...(row.message === null ? {} : { message: row.message }),
    count,
  };
}

/** Undefined when it is no id of a decision. */
export function parseDecisionId(id: string): { readonly logId: number; readonly seq: number } | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(id);
  return match === null ? undefined : { logId: Number(match[1]), seq: Number(match[2]) };
}
