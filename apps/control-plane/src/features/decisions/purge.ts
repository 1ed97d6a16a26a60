/** Deletes decisions that are older than the organization keeps them, a little at a time. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { purgeHours } from './hours-store.ts';
import { deleteIdleLogs, listLogIds, purgeLog } from './store.ts';

/** Rows in one statement: some milliseconds. */
const CHUNK = 500;
/** Between two statements everything else gets its turn. */
const PAUSE_MS = 5;

/** Returns how many records went. Stops early, without an error, when `signal` is aborted. */
export async function purgeDecisions(
  db: Kysely<Database>,
  receivedBefore: number,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  let after = 0;
  for (;;) {
    const logs = await listLogIds(db, after, CHUNK);
    for (const logId of logs) deleted += await purgeOne(db, logId, receivedBefore, signal);
    const last = logs.at(-1);
    if (last === undefined || signal.aborted) break;
    after = last;
  }
  if (signal.aborted) return deleted;
  await deleteIdleLogs(db, receivedBefore);
  await purgeHours(db, receivedBefore);
  return deleted;
}

async function purgeOne(
  db: Kysely<Database>,
  logId: number,
  receivedBefore: number,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const gone = await purgeLog(db, logId, receivedBefore, CHUNK);
    deleted += gone;
    if (gone < CHUNK) break;
    await pause(PAUSE_MS);
  }
  return deleted;
}
