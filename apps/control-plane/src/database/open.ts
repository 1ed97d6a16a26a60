/** Opens the embedded database of a data directory. The only place that knows which database it is. */

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { type DataDirLock, lockDataDir } from './lock.ts';
import { migrate } from './migrate.ts';
import type { Database } from './schema.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';
import { tellStatistics } from './statistics.ts';

export const DATABASE_FILE = 'pullgate.sqlite';

export interface OpenDatabase {
  readonly db: Kysely<Database>;
  close(): Promise<void>;
}

/**
 * Locks the directory, opens the database and brings it forward.
 * @throws ControlPlaneError DATA_DIR_IN_USE, DATA_DIR_NEWER
 */
export async function openDatabase(dataDir: string): Promise<OpenDatabase> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  try {
    return await openLocked(dataDir, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(dataDir: string, lock: DataDirLock): Promise<OpenDatabase> {
  const file = join(dataDir, DATABASE_FILE);
  const sqlite = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  chmodSync(file, 0o600);
  // FULL: a revision that was answered as published survives a power cut.
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = full');
  const db = new Kysely<Database>({ dialect: createSqliteDialect(sqlite) });
  const close = async () => {
    await db.destroy();
    if (sqlite.isOpen) sqlite.close();
    lock.release();
  };
  try {
    await migrate(db);
    tellStatistics(sqlite);
  } catch (error) {
    await close();
    throw error;
  }
  return { db, close };
}
