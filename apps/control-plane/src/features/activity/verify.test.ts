/** The chain of Activity on a real database file, and what somebody who can write that file does to it. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../database/open.ts';
import type { ActivityTable } from '../../database/schema.ts';
import { sealOf } from './seal.ts';
import { createActivityLog } from './service.ts';
import { verifyChain } from './verify.ts';

const ORGANIZATION = 'acme-id';
/** More than are read at one time, twice. */
const ENTRIES = 1_201;

let folder = '';
let sound = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pullgate-verify-'));
  sound = await writeChain(join(folder, 'sound'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns the seal of the last entry */
async function writeChain(dataDir: string): Promise<string> {
  const { db, close } = await openDatabase(dataDir);
  await db
    .insertInto('organization')
    .values({ id: ORGANIZATION, slug: 'acme', name: 'acme', createdAt: new Date(0).toISOString() } as never)
    .execute();
  let id = 0;
  const log = createActivityLog({ db, clock: () => id, newId: () => String(++id) });
  const actor = { kind: 'system', id: 'system', from: { address: 'local' } } as const;
  await db.transaction().execute(async (trx) => {
    for (let seq = 1; seq <= ENTRIES; seq += 1) {
      const target = { kind: 'registry', id: `r${seq}` };
      await log.append(trx, ORGANIZATION, actor, { event: 'registry.added', target, text: `added r${seq}` });
    }
  });
  const { head } = await verifyChain(db, ORGANIZATION);
  await close();
  return head ?? '';
}

type Tamper = (file: DatabaseSync) => void;

/** Verifies a copy of the sound chain that somebody changed. */
async function verifyTampered(tamper: Tamper, notedHash?: string) {
  const dataDir = mkdtempSync(join(folder, 'copy-'));
  const path = join(dataDir, 'pullgate.sqlite');
  copyFileSync(join(folder, 'sound', 'pullgate.sqlite'), path);
  const file = new DatabaseSync(path);
  file.exec('drop trigger activity_no_update; drop trigger activity_no_delete');
  tamper(file);
  file.close();
  const { db, close } = await openDatabase(dataDir);
  const verified = await verifyChain(db, ORGANIZATION, notedHash);
  await close();
  return verified;
}

const sql =
  (text: string): Tamper =>
  (file) =>
    file.exec(text);

function readEntry(file: DatabaseSync, seq: number): ActivityTable {
  return { ...file.prepare('select * from activity where seq = ?').get(seq) } as unknown as ActivityTable;
}

/** Seals the entries from `seq` on anew, as whoever knows the format can. */
function reseal(file: DatabaseSync, from: number, to: number): void {
  for (let seq = from; seq <= to; seq += 1) {
    const { hash: _hash, ...row } = readEntry(file, seq);
    const prev_hash = seq === 1 ? '' : readEntry(file, seq - 1).hash;
    const hash = sealOf({ ...row, prev_hash });
    file.prepare('update activity set prev_hash = ?, hash = ? where seq = ?').run(prev_hash, hash, seq);
    if (seq === ENTRIES) file.prepare('update activity_heads set hash = ?').run(hash);
  }
}

function copyEntry(file: DatabaseSync, seq: number): void {
  const { hash, ...last } = readEntry(file, ENTRIES);
  const row = { ...last, id: 'forged', seq, prev_hash: hash };
  const values = { ...row, hash: sealOf(row) };
  const names = Object.keys(values);
  const places = names.map(() => '?').join(', ');
  file
    .prepare(`insert into activity (${names.join(', ')}) values (${places})`)
    .run(...(Object.values(values) as (string | number)[]));
}

describe('a chain', () => {
  it('holds as it was written', async () => {
    const verified = await verifyTampered(() => undefined);
    expect(verified).toEqual({ entries: ENTRIES, head: sound });
    expect(sound).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('knows a head that was noted on the way', async () => {
    let noted = '';
    const note: Tamper = (file) => {
      noted = readEntry(file, 700).hash;
    };
    await verifyTampered(note);
    const verified = await verifyTampered(() => undefined, noted);
    expect([verified.notedAt, verified.broken]).toEqual([700, undefined]);
  });

  it.each<[string, string, number, string]>([
    ['a changed entry', `update activity set text = 'x' where seq = 600`, 600, 'changed'],
    ['a changed seal', `update activity set hash = 'x' where seq = 600`, 600, 'changed'],
    ['the first entry removed', 'delete from activity where seq = 1', 1, 'missing'],
    ['one removed in the middle', 'delete from activity where seq = 700', 700, 'missing'],
    ['the tail cut off', 'delete from activity where seq > 1198', 1199, 'missing'],
    ['all removed', 'delete from activity', 1, 'missing'],
    ['all removed, head and all', 'delete from activity; delete from activity_heads', 1, 'missing'],
    ['the head removed', 'delete from activity_heads', ENTRIES, 'head-missing'],
    ['another head', `update activity_heads set hash = 'x'`, ENTRIES, 'head-differs'],
    ['an older head', 'update activity_heads set seq = 1200', 1200, 'head-differs'],
  ])('shows %s', async (_name, text, seq, why) => {
    const { broken, entries } = await verifyTampered(sql(text));
    expect(broken).toMatchObject({ seq, why });
    expect(entries).toBe(why.startsWith('head') ? seq : seq - 1);
  });

  it.each<[string, Tamper, number, string]>([
    ['an entry before the first', (file) => copyEntry(file, 0), 0, 'inserted'],
    ['an entry after the last', (file) => copyEntry(file, ENTRIES + 1), ENTRIES + 1, 'inserted'],
    [
      'an entry that was changed and sealed anew',
      (file) => {
        file.exec(`update activity set text = 'x' where seq = 600`);
        reseal(file, 600, 600);
      },
      601,
      'replaced',
    ],
  ])('shows %s', async (_name, tamper, seq, why) => {
    expect((await verifyTampered(tamper)).broken).toMatchObject({ seq, why });
  });

  it.each<[string, Tamper]>([
    [
      'rewritten whole',
      (file) => {
        file.exec(`update activity set text = 'x' where seq = 1190`);
        reseal(file, 1190, ENTRIES);
      },
    ],
    [
      'cut with its head',
      (file) => {
        file.exec('delete from activity where seq > 1190');
        file.prepare('update activity_heads set seq = 1190, hash = ?').run(readEntry(file, 1190).hash);
      },
    ],
  ])('that was %s is shown by a head noted earlier alone', async (_name, tamper) => {
    expect((await verifyTampered(tamper)).broken).toBeUndefined();
    const { broken } = await verifyTampered(tamper, sound.replace('sha256:', ''));
    expect(broken).toMatchObject({ why: 'noted-head-missing' });
    expect(broken).not.toHaveProperty('seq');
  });
});
