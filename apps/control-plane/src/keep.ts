/** Backup and restore of a data directory, and whether it holds anything. Leaves the format of backups to `database/backup.ts`. */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Transaction } from 'kysely';
import type { ControlPlaneConfig } from './config.ts';
import type { Core } from './core.ts';
import { placeBackup, writeBackup } from './database/backup.ts';
import { lockDataDir } from './database/lock.ts';
import { DATABASE_FILE } from './database/open.ts';
import type { Database } from './database/schema.ts';
import type { Actor } from './features/activity/service.ts';
import { republishAbove } from './features/policy/service.ts';
import { ON_THE_SERVER, withCore } from './set-up.ts';

/** Whether an organization was set up here. A server may be running. */
export function isSetUp({ dataDir }: ControlPlaneConfig): boolean {
  return readCount(join(dataDir, DATABASE_FILE), 'select count(*) as count from policy_heads') > 0;
}

/**
 * Writes everything into one new file, as secret as the data directory. A server may be running.
 * @throws ControlPlaneError NOT_SET_UP, BACKUP_INVALID
 */
export async function backUp({ dataDir }: ControlPlaneConfig, file: string): Promise<void> {
  writeBackup(dataDir, file);
}

export interface RestoreResult {
  /** Where the database went that was here before. */
  readonly kept?: string;
  /** What each organization has in force now: the restored policy, under a number no machine has seen. */
  readonly organizations: readonly { readonly slug: string; readonly revision: number }[];
}

/**
 * Puts a backup in place and publishes what it holds above every revision that was stored or acknowledged (semantics 7):
 * machines keep the highest one they have seen, and would refuse a lower one as a replay.
 * @throws ControlPlaneError BACKUP_INVALID, DATA_DIR_IN_USE, DATA_DIR_NEWER
 */
export async function restore(config: ControlPlaneConfig, file: string): Promise<RestoreResult> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(config.dataDir);
  let kept: string | undefined;
  try {
    kept = placeBackup(config.dataDir, file, `before-restore-${Date.now()}`);
  } finally {
    lock.release();
  }
  const floors = kept === undefined ? new Map<string, Floor>() : readFloors(kept);
  const organizations = await withCore(config, (core) => raise(core, floors));
  return { ...(kept === undefined ? {} : { kept }), organizations };
}

/** What machines may have seen. */
interface Floor {
  readonly revision: number;
  readonly sequence: number;
}

/** Of the database that was replaced, by organization. */
function readFloors(file: string): ReadonlyMap<string, Floor> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare(FLOORS).all() as unknown as (Floor & { id: string })[];
    return new Map(rows.map(({ id, revision, sequence }) => [id, { revision, sequence }]));
  } catch {
    // A database so broken that it cannot be read is a reason to restore, not one to stop.
    return new Map();
  } finally {
    database.close();
  }
}

const FLOORS = `
  select heads.organization_id as id,
    max(heads.revision, coalesce((select max(policy_revision) from machines
      where organization_id = heads.organization_id), 0)) as revision,
    coalesce((select max(sequence) from assignments where organization_id = heads.organization_id), 0) as sequence
  from policy_heads as heads`;

async function raise(
  { db, clock, activity }: Core,
  floors: ReadonlyMap<string, Floor>,
): Promise<{ slug: string; revision: number }[]> {
  const organizations = await db.selectFrom('organization').select(['id', 'slug']).execute();
  const actor: Actor = { kind: 'system', id: 'system', from: ON_THE_SERVER };
  return await db.transaction().execute(async (trx) => {
    const raised: { slug: string; revision: number }[] = [];
    for (const { id, slug } of organizations) {
      const known = floors.get(id) ?? { revision: 0, sequence: 0 };
      const acknowledged = await highestAcknowledged(trx, id);
      const floor = Math.max(known.revision, acknowledged.revision);
      const done = await republishAbove(trx, { clock }, id, actor, floor);
      if (done === undefined) continue;
      await raiseAssignments(trx, id, Math.max(known.sequence, acknowledged.sequence));
      await activity.log.append(trx, id, actor, {
        event: 'server.restored',
        target: { kind: 'policy', id: `r${done.revision}` },
        before: { revision: done.from },
        after: { revision: done.revision },
        text: `restored a backup: revision ${done.from} is in force again as revision ${done.revision}`,
      });
      raised.push({ slug, revision: done.revision });
    }
    return raised;
  });
}

async function highestAcknowledged(trx: Transaction<Database>, organizationId: string): Promise<Floor> {
  const row = await trx
    .selectFrom('machines')
    .select((eb) => [
      eb.fn.max('policy_revision').as('revision'),
      eb.fn.max('assignment_sequence').as('sequence'),
    ])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return { revision: row?.revision ?? 0, sequence: row?.sequence ?? 0 };
}

async function raiseAssignments(
  trx: Transaction<Database>,
  organizationId: string,
  floor: number,
): Promise<void> {
  const rows = await trx
    .selectFrom('assignments')
    .select(['machine_id', 'sequence'])
    .where('organization_id', '=', organizationId)
    .execute();
  for (const { machine_id, sequence } of rows) {
    await trx
      .updateTable('assignments')
      .set({ sequence: Math.max(sequence, floor) + 1 })
      .where('machine_id', '=', machine_id)
      .execute();
  }
}

function readCount(file: string, query: string): number {
  if (!existsSync(file)) return 0;
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    return Number(database.prepare(query).get()?.count ?? 0);
  } catch {
    // No such table: the set-up stopped before it began.
    return 0;
  } finally {
    database.close();
  }
}
