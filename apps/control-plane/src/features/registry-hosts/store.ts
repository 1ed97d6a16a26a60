/** SQL of hosts that registries were seen to use. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { RegistryHostsTable } from './tables.ts';

export interface RegistryHostRow extends RegistryHostsTable {
  readonly decided_by_name: string | null;
  readonly machines: number;
  readonly attempts: number;
}

export interface RegistryHostFilter {
  readonly state?: RegistryHostsTable['state'];
  readonly registry?: string;
}

const hosts = (db: Kysely<Database>) =>
  db
    .selectFrom('registry_hosts')
    .leftJoin('user', 'user.id', 'registry_hosts.decided_by')
    .selectAll('registry_hosts')
    .select((eb) => [
      'user.name as decided_by_name',
      eb
        .selectFrom('registry_host_machines')
        .select(sql<number>`count(distinct machine_id)`.as('machines'))
        .whereRef('registry_host_id', '=', 'registry_hosts.id')
        .as('machines'),
      eb
        .selectFrom('registry_host_machines')
        .select(sql<number>`coalesce(sum(attempts + attempts_before), 0)`.as('attempts'))
        .whereRef('registry_host_id', '=', 'registry_hosts.id')
        .as('attempts'),
    ]);

const toRow = (row: Awaited<ReturnType<ReturnType<typeof hosts>['executeTakeFirstOrThrow']>>) => ({
  ...row,
  machines: Number(row.machines ?? 0),
  attempts: Number(row.attempts ?? 0),
});

/** By registry and host, from behind `after` on. */
export async function listHosts(
  db: Kysely<Database>,
  organizationId: string,
  { state, registry }: RegistryHostFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<RegistryHostRow[]> {
  let query = hosts(db).where('organization_id', '=', organizationId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (registry !== undefined) query = query.where('registry', '=', registry);
  if (after !== undefined) {
    const [lastRegistry, lastHost] = after;
    query = query.where((eb) =>
      eb.or([
        eb('registry', '>', lastRegistry),
        eb.and([eb('registry', '=', lastRegistry), eb('host', '>', lastHost)]),
      ]),
    );
  }
  const rows = await query.orderBy('registry').orderBy('host').limit(limit).execute();
  return rows.map(toRow);
}

/** Those that wait, newest first, and how many there are in all. */
export async function listNewest(db: Kysely<Database>, organizationId: string, limit: number) {
  const rows = await hosts(db)
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'waiting')
    .orderBy('first_seen_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return { rows: rows.map(toRow), total: await countHosts(db, organizationId, { state: 'waiting' }) };
}

export async function countHosts(
  db: Kysely<Database>,
  organizationId: string,
  { state, registry }: RegistryHostFilter,
): Promise<number> {
  let query = db
    .selectFrom('registry_hosts')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('organization_id', '=', organizationId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (registry !== undefined) query = query.where('registry', '=', registry);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

export async function findHost(
  db: Kysely<Database>,
  organizationId: string,
  id: string,
): Promise<RegistryHostRow | undefined> {
  const row = await hosts(db)
    .where('organization_id', '=', organizationId)
    .where('registry_hosts.id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : toRow(row);
}

export async function findByName(
  db: Kysely<Database>,
  organizationId: string,
  registry: string,
  host: string,
): Promise<RegistryHostsTable | undefined> {
  return await db
    .selectFrom('registry_hosts')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('registry', '=', registry)
    .where('host', '=', host)
    .executeTakeFirst();
}

export async function insertHost(trx: Transaction<Database>, row: RegistryHostsTable): Promise<void> {
  await trx.insertInto('registry_hosts').values(row).execute();
}

export async function updateHost(
  db: Kysely<Database>,
  id: string,
  changes: Partial<Omit<RegistryHostsTable, 'id' | 'organization_id' | 'registry' | 'host'>>,
): Promise<void> {
  await db.updateTable('registry_hosts').set(changes).where('id', '=', id).execute();
}

/** Of one registry, or of all: those that nobody accepted and no machine has seen since. */
export async function deleteUnseen(
  trx: Transaction<Database>,
  organizationId: string,
  before: number,
): Promise<void> {
  await trx
    .deleteFrom('registry_hosts')
    .where('organization_id', '=', organizationId)
    .where('state', '<>', 'accepted')
    .where('last_seen_at', '<', before)
    .execute();
}

export interface MachineCount {
  readonly registryHostId: string;
  readonly machineId: string;
  readonly kind: string;
  readonly since: number;
  readonly attempts: number;
}

/** A count that comes again replaces itself; one that begins later is added to what the machine had counted before. */
export async function countAttempts(trx: Transaction<Database>, count: MachineCount): Promise<void> {
  await trx
    .insertInto('registry_host_machines')
    .values({
      registry_host_id: count.registryHostId,
      machine_id: count.machineId,
      kind: count.kind,
      counted_since: count.since,
      attempts: count.attempts,
      attempts_before: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['registry_host_id', 'machine_id', 'kind']).doUpdateSet({
        attempts_before: sql`case when registry_host_machines.counted_since = excluded.counted_since
          then registry_host_machines.attempts_before
          else registry_host_machines.attempts_before + registry_host_machines.attempts end`,
        attempts: sql`case when registry_host_machines.counted_since = excluded.counted_since
          and registry_host_machines.attempts > excluded.attempts
          then registry_host_machines.attempts else excluded.attempts end`,
        counted_since: sql`excluded.counted_since`,
      }),
    )
    .execute();
}

/** In place of a machine: what the server's own limits left out. */
export const SERVER = 'server';

export interface OverflowCount {
  readonly organizationId: string;
  readonly registry: string;
  readonly machineId: string;
  readonly day: string;
  readonly sightings: number;
}

/** `add`: to what was counted on the same day, instead of replacing it. */
export async function storeOverflow(
  trx: Transaction<Database>,
  { organizationId, registry, machineId, day, sightings }: OverflowCount,
  add = false,
): Promise<void> {
  const row = { organization_id: organizationId, registry, machine_id: machineId, day, sightings };
  await trx
    .insertInto('registry_host_overflow')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'registry', 'machine_id']).doUpdateSet({
        day,
        sightings: add
          ? sql`case when registry_host_overflow.day = excluded.day then registry_host_overflow.sightings else 0 end
              + excluded.sightings`
          : sightings,
      }),
    )
    .execute();
}

export async function countOverflowing(db: Kysely<Database>, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('registry_host_overflow')
    .select((eb) => eb.fn.count('registry').distinct().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function listOverflow(
  db: Kysely<Database>,
  organizationId: string,
  registry: string | undefined,
  limit: number,
) {
  let query = db
    .selectFrom('registry_host_overflow')
    .select((eb) => [
      'registry',
      'day',
      eb.fn.sum('sightings').as('sightings'),
      eb.fn.countAll().filterWhere('machine_id', '<>', SERVER).as('machines'),
    ])
    .where('organization_id', '=', organizationId);
  if (registry !== undefined) query = query.where('registry', '=', registry);
  const rows = await query
    .groupBy(['registry', 'day'])
    .orderBy('day', 'desc')
    .orderBy('registry')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    registry: row.registry,
    day: row.day,
    sightings: Number(row.sightings),
    machines: Number(row.machines),
  }));
}

export async function deleteOverflowBefore(
  trx: Transaction<Database>,
  organizationId: string,
  day: string,
): Promise<void> {
  await trx
    .deleteFrom('registry_host_overflow')
    .where('organization_id', '=', organizationId)
    .where('day', '<', day)
    .execute();
}
