/** SQL of the attempts by the hour. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { type CountedHour, HOUR_MS } from './hours.ts';

/** Adds a batch's counts to those that are there. */
export async function addHours(trx: Transaction<Database>, counted: readonly CountedHour[]): Promise<void> {
  for (const { organization_id, hour, outcome, attempts, records } of withoutRegistry(counted)) {
    await sql`insert into attempt_hours (organization_id, hour, outcome, attempts, records)
      values (${organization_id}, ${hour}, ${outcome}, ${attempts}, ${records})
      on conflict (organization_id, hour, outcome) do update set
        attempts = attempt_hours.attempts + excluded.attempts,
        records = attempt_hours.records + excluded.records`.execute(trx);
  }
  for (const { organization_id, hour, registry, outcome, attempts, records } of counted) {
    if (outcome === 'allowed') continue;
    await sql`insert into denied_hours (organization_id, hour, registry, outcome, attempts, records)
      values (${organization_id}, ${hour}, ${registry}, ${outcome}, ${attempts}, ${records})
      on conflict (organization_id, hour, registry, outcome) do update set
        attempts = denied_hours.attempts + excluded.attempts,
        records = denied_hours.records + excluded.records`.execute(trx);
  }
}

function withoutRegistry(counted: readonly CountedHour[]): CountedHour[] {
  const hours = new Map<string, CountedHour>();
  for (const one of counted) {
    const key = `${one.hour} ${one.outcome}`;
    const { attempts, records } = hours.get(key) ?? { attempts: 0, records: 0 };
    hours.set(key, { ...one, attempts: attempts + one.attempts, records: records + one.records });
  }
  return [...hours.values()];
}

/** Deletes whole hours that ended before `before`. */
export async function purgeHours(db: Kysely<Database>, before: number): Promise<void> {
  await db
    .deleteFrom('attempt_hours')
    .where('hour', '<=', before - HOUR_MS)
    .execute();
  await db
    .deleteFrom('denied_hours')
    .where('hour', '<=', before - HOUR_MS)
    .execute();
}

/** Attempts by hour and outcome since the hour `since`. */
export async function listHours(db: Kysely<Database>, organizationId: string, since: number) {
  return await db
    .selectFrom('attempt_hours')
    .select(['hour', 'outcome', 'attempts'])
    .where('organization_id', '=', organizationId)
    .where('hour', '>=', since)
    .execute();
}

/** Registries with attempts that were denied, or would have been: most first. */
export async function listDeniedRegistries(
  db: Kysely<Database>,
  organizationId: string,
  since: number,
  limit: number,
) {
  const rows = await db
    .selectFrom('denied_hours')
    .select(['registry'])
    .select([
      sql<number>`sum(case when outcome = 'denied' then attempts else 0 end)`.as('denied'),
      sql<number>`sum(case when outcome = 'observed' then attempts else 0 end)`.as('observed'),
      sql<number>`max(hour)`.as('last_hour'),
    ])
    .where('organization_id', '=', organizationId)
    .where('hour', '>=', since)
    .groupBy('registry')
    .orderBy(sql`sum(attempts)`, 'desc')
    .orderBy('registry')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, denied: Number(row.denied), observed: Number(row.observed) }));
}
