/** Finds the machines whose assignment may change when people do. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { MachineRef } from '../bundles/assignment-content.ts';

/** Bound variables of one statement are limited, and so is the time that it may take. */
const CHUNK = 50;

/**
 * Machines that these people hold or are signed in on, now or as last signed: a deactivation has taken the session and the
 * holder away by the time it is told, and only the signed assignment still names them.
 */
export async function listConcerned(db: Kysely<Database>, userIds: readonly string[]): Promise<MachineRef[]> {
  const found = new Map<string, MachineRef>();
  for (let from = 0; from < userIds.length; from += CHUNK) {
    for (const machine of await listOf(db, userIds.slice(from, from + CHUNK))) {
      found.set(machine.machineId, machine);
    }
  }
  return [...found.values()];
}

async function listOf(db: Kysely<Database>, userIds: readonly string[]): Promise<MachineRef[]> {
  return await db
    .selectFrom('machines')
    .leftJoin('assignments', 'assignments.machine_id', 'machines.id')
    .select(['machines.id as machineId', 'machines.organization_id as organizationId'])
    .where('machines.revoked_at', 'is', null)
    .where('machines.forgotten_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('machines.holder_id', 'in', [...userIds]),
        eb('assignments.holder_id', 'in', [...userIds]),
        eb(
          'machines.id',
          'in',
          eb
            .selectFrom('machine_sessions')
            .select('machine_id')
            .where('user_id', 'in', [...userIds]),
        ),
        ...userIds.map((id) => eb('assignments.sessions', 'like', `%"${id}"%`)),
      ]),
    )
    .execute();
}
