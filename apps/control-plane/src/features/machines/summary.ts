/** In which state a machine is, and how many are in which. Pure. */

import type { EngineReport, Machine, MachineSummary, SignInReport } from '@pullgate/protocol';
import type { Static } from 'typebox';
import type { MachinesTable } from './tables.ts';

/** A heartbeat each 15 s; two missed, and some time for the way. */
export const OFFLINE_AFTER_MS = 35_000;

export function stateOf(
  row: Pick<MachinesTable, 'revoked_at' | 'last_seen_at'>,
  now: number,
): Machine['state'] {
  if (row.revoked_at !== null) return 'revoked';
  return row.last_seen_at !== null && now - row.last_seen_at <= OFFLINE_AFTER_MS ? 'online' : 'offline';
}

export type SummarizedRow = Pick<
  MachinesTable,
  'revoked_at' | 'last_seen_at' | 'policy_revision' | 'rejected_at' | 'engines' | 'sign_in'
>;

/** What is in force: whoever has less is behind. */
export interface InForce {
  readonly revision: number;
  readonly publishedAt: number;
}

export function summarize(rows: readonly SummarizedRow[], inForce: InForce, now: number): MachineSummary {
  const live = rows.filter((row) => row.revoked_at === null);
  const count = (is: (row: SummarizedRow) => boolean) => live.filter(is).length;
  const online = count((row) => stateOf(row, now) === 'online');
  const isBehind = (row: SummarizedRow) => (row.policy_revision ?? 0) < inForce.revision;
  const states = live.map(signInOf);
  const told = (state: keyof MachineSummary['signIn']) => states.filter((one) => one === state).length;
  return {
    total: live.length,
    online,
    offline: live.length - online,
    revoked: rows.length - live.length,
    unwired: count(isUnwired),
    behind: count(isBehind),
    rejected: count((row) => isBehind(row) && (row.rejected_at ?? 0) >= inForce.publishedAt),
    signIn: {
      satisfied: told('satisfied'),
      required: told('required'),
      off: told('off'),
      broken: told('broken'),
    },
  };
}

function isUnwired({ engines }: SummarizedRow): boolean {
  return (JSON.parse(engines) as Static<typeof EngineReport>[]).some(({ wired }) => !wired);
}

function signInOf({ sign_in: text }: SummarizedRow): keyof MachineSummary['signIn'] {
  if (text === null) return 'off';
  const { problem, state } = JSON.parse(text) as SignInReport;
  return problem === undefined ? state : 'broken';
}
