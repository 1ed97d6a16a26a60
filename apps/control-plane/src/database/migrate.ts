/** Brings a database forward, one numbered migration after the other. There is no way back: restore a backup instead. */

import { type Kysely, sql } from 'kysely';
import { ControlPlaneError } from '../errors.ts';
import { core } from './migrations/0001-core.ts';
import { fleet } from './migrations/0101-fleet.ts';
import { people } from './migrations/0201-people.ts';
import { deviceSessions } from './migrations/0202-device-sessions.ts';
import { attempts } from './migrations/0301-attempts.ts';
import { activitySearch } from './migrations/0302-activity-search.ts';
import { deniedRegistry } from './migrations/0303-denied-registry.ts';
import { catalog } from './migrations/0411-catalog.ts';
import { registryHosts } from './migrations/0412-registry-hosts.ts';

export interface Migration {
  /** `NNNN-what`: its place in the order. */
  readonly name: string;
  up(db: Kysely<unknown>): Promise<void>;
}

/** Oldest first. A migration that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [
  core,
  fleet,
  people,
  deviceSessions,
  attempts,
  activitySearch,
  deniedRegistry,
  catalog,
  registryHosts,
];

/**
 * Applies what is missing, each migration in a transaction of its own.
 * @throws ControlPlaneError DATA_DIR_NEWER when a later version of this program has been here.
 */
export async function migrate<T>(
  db: Kysely<T>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await sql`create table if not exists migrations (name text not null primary key, at bigint not null)`.execute(
    db,
  );
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute(db);
  const unknown = rows.find((row) => !migrations.some((migration) => migration.name === row.name));
  if (unknown !== undefined) {
    throw new ControlPlaneError(
      'DATA_DIR_NEWER',
      `expected migrations of this version, found ${unknown.name}`,
      {
        hint: 'use the version of pullgate that wrote this data directory, or a later one',
      },
    );
  }
  for (const migration of migrations.filter(({ name }) => !rows.some((row) => row.name === name))) {
    await db.transaction().execute(async (trx) => {
      await migration.up(trx as unknown as Kysely<unknown>);
      await sql`insert into migrations (name, at) values (${migration.name}, ${Date.now()})`.execute(trx);
    });
  }
}
