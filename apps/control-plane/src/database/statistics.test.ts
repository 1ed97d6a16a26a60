import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_FILE, openDatabase } from './open.ts';

describe('the plan of SQLite for decisions between two times', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-statistics-'));
  let reader: DatabaseSync;
  beforeAll(async () => {
    // Twice: a directory is opened at every start.
    await (await openDatabase(dataDir)).close();
    await (await openDatabase(dataDir)).close();
    reader = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  });
  afterAll(() => {
    reader.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each([
    ["registry = 'a'", 'decisions_registry'],
    ["registry = 'a' and verdict = 'deny'", 'decisions_denied_registry'],
    ["verdict = 'deny'", 'decisions_denied'],
    ["user_id = 'a'", 'decisions_person'],
    ["machine_id = 'a'", 'decisions_machine'],
    ["registry || '' = 'a'", 'decisions_page'],
  ])('goes for %s by the index %s', (condition, index) => {
    const plan = reader
      .prepare(
        `explain query plan select * from decisions where organization_id = 'o' and ${condition}
          and (at, log_id, seq) >= (1, 0, 0) and (at, log_id, seq) < (9, 0, 0)
          order by at desc, log_id desc, seq desc limit 51`,
      )
      .all() as { detail: string }[];
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining(`USING INDEX ${index} (`)]);
  });
});
