/** SQL of the Activity chain. Entries are only ever added. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { ActivityTable, Database } from '../../database/schema.ts';
import type { ActivityFilter } from './filter.ts';

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

/** Place of the last entry; 0 before any. */
export async function readLastSeq(db: Kysely<Database>, organizationId: string): Promise<number> {
  const head = await db
    .selectFrom('activity_heads')
    .select('seq')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return head?.seq ?? 0;
}

export interface EntriesWanted extends ActivityFilter {
  readonly organizationId: string;
  readonly beforeSeq?: number;
  readonly fromSeq?: number;
  readonly limit: number;
}

export type ActivityRow = ActivityTable & { readonly actor_name: string | null };

export async function findEntry(
  db: Kysely<Database>,
  organizationId: string,
  id: string,
): Promise<ActivityRow | undefined> {
  return await named(db)
    .where('activity.organization_id', '=', organizationId)
    .where('activity.id', '=', id)
    .executeTakeFirst();
}

/** Newest first. */
export async function listEntries(db: Kysely<Database>, wanted: EntriesWanted): Promise<ActivityRow[]> {
  const { event, actor, search, since, until, beforeSeq, fromSeq } = wanted;
  return await named(db)
    .where('activity.organization_id', '=', wanted.organizationId)
    .$if(event !== undefined, (query) => query.where(isEvent(event ?? '')))
    .$if(actor !== undefined, (query) => query.where('actor_id', '=', actor ?? ''))
    .$if(since !== undefined, (query) => query.where('at', '>=', since ?? 0))
    .$if(until !== undefined, (query) => query.where('at', '<', until ?? 0))
    .$if(search !== undefined, (query) => query.where(contains(search ?? '')))
    .$if(beforeSeq !== undefined, (query) => query.where('seq', '<', beforeSeq ?? 0))
    .$if(fromSeq !== undefined, (query) => query.where('seq', '>=', fromSeq ?? 0))
    .orderBy('seq', 'desc')
    .limit(wanted.limit)
    .execute();
}

/** Names are looked up, not kept, so that people stay erasable. */
function named(db: Kysely<Database>) {
  return db
    .selectFrom('activity')
    .leftJoin('user', 'user.id', 'activity.actor_id')
    .leftJoin('machines', 'machines.id', 'activity.actor_id')
    .selectAll('activity')
    .select((eb) => eb.fn.coalesce('user.name', 'machines.name').as('actor_name'));
}

/** A kind is a range of names: those that begin with it and a dot, which comes right before the slash. */
function isEvent(event: string) {
  if (event.includes('.')) return sql<boolean>`event = ${event}`;
  return sql<boolean>`event >= ${`${event}.`} and event < ${`${event}/`}`;
}

const SEARCHED = [
  'activity.text',
  'activity.event',
  'activity.target_id',
  'activity.address',
  'user.name',
  'machines.name',
] as const;

function contains(text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const looks = SEARCHED.map((name) => sql`lower(${sql.ref(name)}) like ${pattern} escape '\\'`);
  return sql<boolean>`(${sql.join(looks, sql` or `)})`;
}

export interface ActivityEnd {
  readonly head: ActivityHead | undefined;
  /** Place of the last entry there is; 0 without any. */
  readonly lastSeq: number;
}

/** Head and last entry of one moment: one statement, so that nothing is appended in between. */
export async function readEnd(db: Kysely<Database>, organizationId: string): Promise<ActivityEnd> {
  const { seq, hash, last_seq } = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('activity')
        .select((inner) => inner.fn.max('seq').as('last_seq'))
        .where('organization_id', '=', organizationId)
        .as('entries'),
    )
    .leftJoin('activity_heads', (join) => join.on('activity_heads.organization_id', '=', organizationId))
    .select(['last_seq', 'activity_heads.seq', 'activity_heads.hash'])
    .executeTakeFirstOrThrow();
  return { head: seq === null || hash === null ? undefined : { seq, hash }, lastSeq: last_seq ?? 0 };
}

/** A part of the chain, oldest first. */
export async function readChain(
  db: Kysely<Database>,
  part: {
    readonly organizationId: string;
    readonly afterSeq: number | undefined;
    readonly toSeq: number;
    readonly limit: number;
  },
): Promise<ActivityTable[]> {
  const { afterSeq } = part;
  return await db
    .selectFrom('activity')
    .selectAll()
    .where('organization_id', '=', part.organizationId)
    .where('seq', '<=', part.toSeq)
    .$if(afterSeq !== undefined, (query) => query.where('seq', '>', afterSeq ?? 0))
    .orderBy('seq')
    .limit(part.limit)
    .execute();
}
