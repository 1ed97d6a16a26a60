import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPassingWrite } from './passing-writes.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';

interface Tables {
  readonly session: { readonly id: string };
  readonly deviceCode: { readonly id: string };
  readonly device_requests: { readonly id: string };
  readonly account: { readonly id: string };
}

/** Keeps what is asked of the database besides prepared statements. */
class Watched extends DatabaseSync {
  readonly asked: string[] = [];
  override exec(sql: string): void {
    this.asked.push(sql);
    super.exec(sql);
  }
}

const directory = mkdtempSync(join(tmpdir(), 'pullgate-passing-'));
let sqlite: Watched;
let db: Kysely<Tables>;
beforeAll(() => {
  sqlite = new Watched(join(directory, 'test.sqlite'));
  sqlite.exec('pragma journal_mode = wal; pragma synchronous = full');
  for (const table of ['session', 'deviceCode', 'device_requests', 'account']) {
    sqlite.exec(`create table ${table} (id text primary key)`);
  }
  db = new Kysely<Tables>({ dialect: createSqliteDialect(sqlite) });
});
beforeEach(() => {
  sqlite.asked.length = 0;
});
afterAll(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true, force: true });
});

const insert = (table: keyof Tables, id: string, by: Kysely<Tables> = db) =>
  by.insertInto(table).values({ id });
const NORMAL_AND_BACK = ['pragma synchronous = normal', 'pragma synchronous = full'];
const waits = () => sqlite.prepare('pragma synchronous').get();

describe('a write that a power cut may take back', () => {
  it.each([
    ['a new session', true, () => insert('session', 'a')],
    ['the end of a session', false, () => db.deleteFrom('session').where('id', '=', 'a')],
    ['a change of a session', false, () => db.updateTable('session').set({ id: 'b' })],
    ['a new code', true, () => insert('deviceCode', 'a')],
    ['a code that is decided', true, () => db.updateTable('deviceCode').set({ id: 'b' })],
    ['a code that is used up', false, () => db.deleteFrom('deviceCode')],
    ['where a code was asked for', true, () => insert('device_requests', 'a')],
    ['an account', false, () => insert('account', 'a')],
    ['a question', false, () => db.selectFrom('session').selectAll()],
  ])('%s: %s', async (_what, isPassing, make) => {
    const query = make();
    expect(isPassingWrite(query.toOperationNode())).toBe(isPassing);
    await query.execute();
    expect(sqlite.asked).toEqual(isPassing ? NORMAL_AND_BACK : []);
    expect(waits()).toEqual({ synchronous: 2 });
  });

  it('is written, and leaves the disk waited for when it fails', async () => {
    await insert('session', 'twice').execute();
    await expect(insert('session', 'twice').execute()).rejects.toThrow('UNIQUE');
    expect(waits()).toEqual({ synchronous: 2 });
    expect(await db.selectFrom('session').selectAll().where('id', '=', 'twice').execute()).toHaveLength(1);
  });

  it('is kept for sure with the transaction that it is part of', async () => {
    await db.transaction().execute((trx) => insert('session', 'in a transaction', trx).execute());
    expect(sqlite.asked).toEqual([]);
  });
});
