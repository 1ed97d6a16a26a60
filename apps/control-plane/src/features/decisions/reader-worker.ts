/** Runs in a worker thread: opens the database to read only, and answers one task after the other. */

import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { createSqliteDialect } from '../../database/sqlite-dialect.ts';
import { judgeImpact } from '../impact/judge-impact.ts';
import type { ReadTask } from './reader.ts';
import { findDecision, listAttempts, listDecisions } from './reads.ts';

const { file } = workerData as { readonly file: string };
const db = new Kysely<Database>({
  dialect: createSqliteDialect(new DatabaseSync(file, { readOnly: true, timeout: 5000 })),
});

async function run(task: ReadTask): Promise<unknown> {
  switch (task.kind) {
    case 'list':
      return await listDecisions(db, task.request);
    case 'attempts':
      return await listAttempts(db, task.request);
    case 'find':
      return await findDecision(db, task.organizationId, task.id);
    case 'impact':
      return await judgeImpact(db, task.request);
  }
}

let tail: Promise<void> = Promise.resolve();
parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: ReadTask }) => {
  tail = tail
    .then(() => run(task))
    .then(
      (result) => parentPort?.postMessage({ id, result }),
      (error: unknown) =>
        parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
