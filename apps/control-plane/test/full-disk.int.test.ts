/** A full disk under a real database: a limit on its pages fails a write as a disk without room does. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import type { Database } from '../src/database/schema.ts';
import { toControlPlaneError } from '../src/http/problems.ts';

describe('a full disk', () => {
  let dataDir: string;
  let opened: Awaited<ReturnType<typeof openDatabase>>;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'pullgate-full-'));
    opened = await openDatabase(dataDir);
  });
  afterEach(async () => {
    await opened.close();
    rmSync(dataDir, { recursive: true });
  });

  /** Two writes that belong together; the second needs room. */
  const write = (db: Kysely<Database>) =>
    db.transaction().execute(async (trx) => {
      for (const name of ['small', 'x'.repeat(1024 * 1024)])
        await sql`insert into migrations (name, at) values (${name}, 0)`.execute(trx);
    });
  const count = async (db: Kysely<Database>) =>
    (await sql`select name from migrations where at = 0`.execute(db)).rows.length;

  it('is named as the reason, leaves nothing half done, and is over once there is room', async () => {
    const { db } = opened;
    await sql`pragma max_page_count = 1`.execute(db);
    const error: unknown = await write(db).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ errcode: 13 });
    expect(toControlPlaneError(error as Error).code).toBe('DISK_FULL');
    expect(await count(db)).toBe(0);
    await sql`pragma max_page_count = 100000`.execute(db);
    await write(db);
    expect(await count(db)).toBe(2);
  });
});
