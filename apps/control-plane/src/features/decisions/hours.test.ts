import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../../database/migrate.ts';
import type { Database } from '../../database/schema.ts';
import { createSqliteDialect } from '../../database/sqlite-dialect.ts';
import { createHourCounter, HOUR_MS } from './hours.ts';
import { addHours, listDeniedRegistries, listHours, purgeHours } from './hours-store.ts';
import { insertDecisions } from './store.ts';
import type { DecisionsTable } from './tables.ts';

const START = 1_700_000_000_000 - (1_700_000_000_000 % HOUR_MS);

const row = (at: number, changes: Partial<DecisionsTable> = {}): DecisionsTable => ({
  log_id: 1,
  seq: 1,
  organization_id: 'o',
  machine_id: 'm',
  at: START + at,
  received_at: START,
  point: 'proxy',
  depth: 'host',
  verdict: 'deny',
  effect: 'refuse',
  mode: 'enforce',
  reason: 'NOT_LISTED',
  rule_id: null,
  revision: 1,
  registry: 'quay.io',
  repository: null,
  tag: null,
  action: null,
  user_id: null,
  engine: null,
  message: null,
  ...changes,
});

const ROWS = [
  row(0),
  row(20_000),
  row(45_000),
  row(45_000, { effect: 'forward', mode: 'observe' }),
  row(80_000),
  row(80_000, { user_id: 'olga' }),
  row(90_000, { registry: 'docker.io', verdict: 'allow', effect: 'forward' }),
  row(HOUR_MS + 5000, { registry: 'ghcr.io' }),
].map((one, at) => ({ ...one, seq: at + 1 }));

describe('attempts by the hour', () => {
  let db: Kysely<Database>;
  let before: readonly (typeof MIGRATIONS)[number][];
  beforeEach(async () => {
    // Without the rows that decisions refer to: nothing here reads them.
    const sqlite = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
    db = new Kysely<Database>({ dialect: createSqliteDialect(sqlite) });
    before = MIGRATIONS.filter(({ name }) => name < '0301');
  });
  afterEach(async () => {
    await db.destroy();
  });

  const insert = (rows: readonly DecisionsTable[]) =>
    db.transaction().execute(async (trx) => await insertDecisions(trx, db, rows));
  const counted = async () => ({
    hours: (await listHours(db, 'o', 0)).toSorted(
      (a, b) => a.hour - b.hour || (a.outcome < b.outcome ? -1 : 1),
    ),
    denied: await listDeniedRegistries(db, 'o', 0, 10),
  });

  it('are the same whether the migration counts them or they are counted as they come', async () => {
    await migrate(db, before);
    await insert(ROWS);
    await migrate(db);
    const byMigration = await counted();
    await db.deleteFrom('attempt_hours').execute();
    await db.deleteFrom('denied_hours').execute();
    const counter = createHourCounter();
    for (const rows of [ROWS.slice(0, 1), ROWS.slice(1, 5), ROWS.slice(5)]) {
      const { hours, keep } = counter.count(rows);
      await db.transaction().execute(async (trx) => await addHours(trx, hours));
      keep();
    }
    expect(await counted()).toEqual(byMigration);
    expect(byMigration).toEqual({
      hours: [
        { hour: START, outcome: 'allowed', attempts: 1 },
        { hour: START, outcome: 'denied', attempts: 3 },
        { hour: START, outcome: 'observed', attempts: 1 },
        { hour: START + HOUR_MS, outcome: 'denied', attempts: 1 },
      ],
      denied: [
        { registry: 'quay.io', denied: 3, observed: 1, last_hour: START },
        { registry: 'ghcr.io', denied: 1, observed: 0, last_hour: START + HOUR_MS },
      ],
    });
  });

  it('count again what was not kept', () => {
    const counter = createHourCounter();
    const rows = [row(0)];
    expect(counter.count(rows).hours[0]?.attempts).toBe(1);
    const { hours, keep } = counter.count(rows);
    expect(hours[0]?.attempts).toBe(1);
    keep();
    expect(counter.count([row(10_000)]).hours[0]?.attempts).toBe(0);
  });

  it('go with the decisions, hour by whole hour', async () => {
    await migrate(db, before);
    await insert(ROWS);
    await migrate(db);
    await purgeHours(db, START + HOUR_MS - 1);
    expect((await counted()).hours).toHaveLength(4);
    await purgeHours(db, START + HOUR_MS);
    expect((await counted()).hours.map(({ hour }) => hour)).toEqual([START + HOUR_MS]);
    expect((await counted()).denied).toHaveLength(1);
  });
});
