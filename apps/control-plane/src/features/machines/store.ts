/** SQL of machines. */

import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { MachinesTable } from './tables.ts';

export async function findForAuthentication(db: Kysely<Database>, id: string) {
  return await db
    .selectFrom('machines')
    .innerJoin('organization', 'organization.id', 'machines.organization_id')
    .select([
      'machines.id',
      'machines.public_key',
      'machines.organization_id',
      'machines.revoked_at',
      'machines.forgotten_at',
      'organization.slug',
      'organization.name as organization_name',
    ])
    .where('machines.id', '=', id)
    .executeTakeFirst();
}

export async function findMachine(
  db: Kysely<Database>,
  organizationId: string,
  id: string,
): Promise<MachinesTable | undefined> {
  return await db
    .selectFrom('machines')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('forgotten_at', 'is', null)
    .executeTakeFirst();
}

/** What a summary counts, of every machine that is not forgotten. */
export async function listSummarized(db: Kysely<Database>, organizationId: string) {
  return await db
    .selectFrom('machines')
    .select(['revoked_at', 'last_seen_at', 'policy_revision', 'rejected_at', 'engines', 'sign_in'])
    .where('organization_id', '=', organizationId)
    .where('forgotten_at', 'is', null)
    .execute();
}

/** Machines that report an engine whose traffic is seen by host only, or not at all. */
export async function listReportingMachines(
  db: Kysely<Database>,
  organizationId: string,
): Promise<Pick<MachinesTable, 'id' | 'name' | 'engines'>[]> {
  return await db
    .selectFrom('machines')
    .select(['id', 'name', 'engines'])
    .where('organization_id', '=', organizationId)
    .where('revoked_at', 'is', null)
    .where('forgotten_at', 'is', null)
    .where('engines', '<>', '[]')
    .orderBy('name')
    .execute();
}

/** The same key is the same machine. */
export async function findByKey(
  trx: Transaction<Database>,
  organizationId: string,
  publicKey: string,
): Promise<MachinesTable | undefined> {
  return await trx
    .selectFrom('machines')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('public_key', '=', publicKey)
    .executeTakeFirst();
}

export async function insertMachine(trx: Transaction<Database>, row: MachinesTable): Promise<void> {
  await trx.insertInto('machines').values(row).execute();
}

export async function updateMachine(
  db: Kysely<Database>,
  id: string,
  changes: Partial<Omit<MachinesTable, 'id' | 'organization_id'>>,
): Promise<void> {
  await db.updateTable('machines').set(changes).where('id', '=', id).execute();
}

export async function revokeMachine(
  trx: Transaction<Database>,
  organizationId: string,
  id: string,
  at: number,
): Promise<MachinesTable | undefined> {
  return await trx
    .updateTable('machines')
    .set({ revoked_at: at })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where('forgotten_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** What a machine has in force at present, to tell a first report from a repeated one. */
export async function findAcknowledged(db: Kysely<Database>, id: string) {
  return await db
    .selectFrom('machines')
    .select(['policy_epoch', 'policy_revision', 'acknowledged_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Ephemeral machines that were last seen (or enrolled) before `before`. */
export async function forgetEphemeral(db: Kysely<Database>, before: number, at: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('machines')
    .set({ forgotten_at: at })
    .where('ephemeral', '=', 1)
    .where('forgotten_at', 'is', null)
    .where((eb) => eb(eb.fn.coalesce('last_seen_at', 'enrolled_at'), '<', before))
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Logs of the machines, the one last written to first. */
export async function listLogs(db: Kysely<Database>, machineIds: readonly string[]) {
  if (machineIds.length === 0) return [];
  return await db
    .selectFrom('decision_logs')
    .select(['machine_id', 'gaps'])
    .where('machine_id', 'in', [...machineIds])
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** The holders of these machines, by machine. */
export async function listHolders(
  db: Kysely<Database>,
  machineIds: readonly string[],
): Promise<Map<string, { readonly id: string; readonly name: string }>> {
  if (machineIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('machines')
    .innerJoin('user', 'user.id', 'machines.holder_id')
    .select(['machines.id as machine_id', 'user.id', 'user.name'])
    .where('machines.id', 'in', [...machineIds])
    .execute();
  return new Map(rows.map(({ machine_id, ...holder }) => [machine_id, holder]));
}
