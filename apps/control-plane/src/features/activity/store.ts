/** SQL of the Activity chain. Entries are only ever added. */

import type { Kysely, Transaction } from 'kysely';
import type { ActivityTable, Database } from '../../database/schema.ts';

export interface ActivityHead {
  readonly seq: number;
  readonly hash: string;
}

/** Takes the next place in the chain; whoever comes second waits for the first one's commit. */
export async function takeNextSeq(trx: Transaction<Database>, organizationId: string): Promise<ActivityHead> {
  await trx
    .insertInto('activity_heads')
    .values({ organization_id: organizationId, seq: 0, hash: '' })
    .onConflict((conflict) => conflict.column('organization_id').doNothing())
    .execute();
  return await trx
    .updateTable('activity_heads')
    .set((eb) => ({ seq: eb('seq', '+', 1) }))
    .where('organization_id', '=', organizationId)
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow();
}

export async function appendEntry(trx: Transaction<Database>, row: ActivityTable): Promise<void> {
  await trx.insertInto('activity').values(row).execute();
  await trx
    .updateTable('activity_heads')
    .set({ hash: row.hash })
    .where('organization_id', '=', row.organization_id)
    .execute();
}

export interface ActivityFilter {
  readonly organizationId: string;
  readonly event?: string;
  readonly actor?: string;
  readonly beforeSeq?: number;
  readonly limit: number;
}

export type ActivityRow = ActivityTable & { readonly actor_name: string | null };

/** Newest first. Names are looked up, not kept, so that people stay erasable. */
export async function listEntries(db: Kysely<Database>, filter: ActivityFilter): Promise<ActivityRow[]> {
  return await db
    .selectFrom('activity')
    .leftJoin('user', 'user.id', 'activity.actor_id')
    .leftJoin('machines', 'machines.id', 'activity.actor_id')
    .selectAll('activity')
    .select((eb) => eb.fn.coalesce('user.name', 'machines.name').as('actor_name'))
    .where('activity.organization_id', '=', filter.organizationId)
    .$if(filter.event !== undefined, (query) => query.where('event', '=', filter.event ?? ''))
    .$if(filter.actor !== undefined, (query) => query.where('actor_id', '=', filter.actor ?? ''))
    .$if(filter.beforeSeq !== undefined, (query) => query.where('seq', '<', filter.beforeSeq ?? 0))
    .orderBy('seq', 'desc')
    .limit(filter.limit)
    .execute();
}

/** The whole chain, oldest first. */
export async function readChain(db: Kysely<Database>, organizationId: string): Promise<ActivityTable[]> {
  return await db
    .selectFrom('activity')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('seq')
    .execute();
}
