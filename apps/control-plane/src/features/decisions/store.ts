/** SQL that writes decisions and their logs. Leaves listing to `reads.ts`, which runs beside the server. */

import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { EMPTY_MARK, type LogMark, type SeqRange } from './log-mark.ts';
import type { DecisionsTable } from './tables.ts';

export interface LogRow {
  readonly id: number;
  readonly mark: LogMark;
}

/** The machine's log, made at its first batch. */
export async function takeLog(
  trx: Transaction<Database>,
  machineId: string,
  log: string,
  now: number,
): Promise<LogRow> {
  const row = await trx
    .insertInto('decision_logs')
    .values({ machine_id: machineId, log, high: EMPTY_MARK.high, gaps: '[]', last_at: now })
    .onConflict((conflict) => conflict.columns(['machine_id', 'log']).doUpdateSet({ last_at: now }))
    .returning(['id', 'high', 'gaps'])
    .executeTakeFirstOrThrow();
  return { id: row.id, mark: { high: row.high, gaps: JSON.parse(row.gaps) as SeqRange[] } };
}

export async function saveMark(trx: Transaction<Database>, logId: number, mark: LogMark): Promise<void> {
  await trx
    .updateTable('decision_logs')
    .set({ high: mark.high, gaps: JSON.stringify(mark.gaps) })
    .where('id', '=', logId)
    .execute();
}

/** Compiled once: building the statement anew for each row would take longer than running it. */
const compiled = new WeakMap<object, CompiledQuery>();

export async function insertDecisions(
  trx: Transaction<Database>,
  root: Kysely<Database>,
  rows: readonly DecisionsTable[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const statement = compiled.get(root) ?? compileInsert(root);
  compiled.set(root, statement);
  for (const row of rows)
    await trx.executeQuery({ ...statement, parameters: COLUMNS.map((name) => row[name]) });
}

const COLUMNS = [
  'log_id',
  'seq',
  'organization_id',
  'machine_id',
  'at',
  'received_at',
  'point',
  'depth',
  'verdict',
  'effect',
  'mode',
  'reason',
  'rule_id',
  'revision',
  'registry',
  'repository',
  'tag',
  'action',
  'user_id',
  'engine',
  'message',
] as const satisfies readonly (keyof DecisionsTable)[];

function compileInsert(db: Kysely<Database>): CompiledQuery {
  const sample = Object.fromEntries(COLUMNS.map((name) => [name, null])) as unknown as DecisionsTable;
  return db
    .insertInto('decisions')
    .values(sample)
    .onConflict((conflict) => conflict.columns(['log_id', 'seq']).doNothing())
    .compile();
}

export async function listLogIds(db: Kysely<Database>, after: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('decision_logs')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** Deletes the oldest records of one log, at most `limit`; returns how many went. */
export async function purgeLog(
  db: Kysely<Database>,
  logId: number,
  receivedBefore: number,
  limit: number,
): Promise<number> {
  const oldest = db
    .selectFrom('decisions')
    .select('seq')
    .where('log_id', '=', logId)
    .orderBy('seq')
    .limit(limit);
  const { numDeletedRows } = await db
    .deleteFrom('decisions')
    .where('log_id', '=', logId)
    .where('seq', 'in', oldest)
    .where('received_at', '<', receivedBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Logs without records that nothing was sent to since `before`: their machines have begun others. */
export async function deleteIdleLogs(db: Kysely<Database>, before: number): Promise<void> {
  await db
    .deleteFrom('decision_logs')
    .where('last_at', '<', before)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('decisions').select('seq').whereRef('log_id', '=', 'decision_logs.id'))),
    )
    .execute();
}
