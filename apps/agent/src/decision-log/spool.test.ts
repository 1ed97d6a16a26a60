import { appendFile, mkdir, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { openSpool, type Spool, type UnnumberedRecord } from './spool.ts';

const record = (registry: string): UnnumberedRecord => ({
  v: 1,
  at: 1_000,
  point: 'proxy',
  depth: 'host',
  verdict: 'deny',
  effect: 'refuse',
  mode: 'enforce',
  reason: 'NOT_LISTED',
  revision: 1,
  registry,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => record(`r${index}.example`));
const numbers = async (spool: Spool, limit = 1000) =>
  (await spool.read(limit))?.records.map(({ seq }) => seq);
const openIn = (dir: string, maxBytes = 1024 * 1024) => openSpool({ dir, maxBytes });
const segmentsIn = async (dir: string) =>
  (await readdir(dir)).filter((name) => name.endsWith('.spool')).sort();

describe('a spool', () => {
  it('gives what was stored, in order, until it is acknowledged', async () => {
    const spool = await openIn(await makeTemporaryDirectory());
    expect(await spool.read(10)).toBeUndefined();
    await spool.append(many(5));
    expect(await numbers(spool, 2)).toEqual([1, 2]);
    await spool.acknowledge(2);
    expect(await numbers(spool)).toEqual([3, 4, 5]);
    expect(spool.status()).toEqual({ pending: 3, dropped: 0 });
    await spool.acknowledge(5);
    expect(await spool.read(10)).toBeUndefined();
    expect(spool.status().pending).toBe(0);
  });

  it('goes on where it was after a restart: same log, next number, nothing sent twice', async () => {
    const dir = await makeTemporaryDirectory();
    const first = await openIn(dir);
    await first.append(many(3));
    const log = (await first.read(1))?.log;
    await first.acknowledge(2);
    const second = await openIn(dir);
    expect(second.status().pending).toBe(1);
    await second.append(many(1));
    expect(await second.read(10)).toMatchObject({ log, records: [{ seq: 3 }, { seq: 4 }] });
    await second.acknowledge(4);
    await (await openIn(dir)).append(many(1));
    expect(await numbers(await openIn(dir))).toEqual([5]);
  });

  it('reads over many segments, and removes those that are done', async () => {
    const dir = await makeTemporaryDirectory();
    const spool = await openIn(dir, 64 * 1024);
    for (let index = 0; index < 10; index += 1) await spool.append(many(20));
    expect((await segmentsIn(dir)).length).toBeGreaterThan(3);
    const seen: number[] = [];
    for (let batch = await spool.read(7); batch !== undefined; batch = await spool.read(7)) {
      seen.push(...batch.records.map(({ seq }) => seq));
      await spool.acknowledge(seen.at(-1) ?? 0);
    }
    expect(seen).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(await segmentsIn(dir)).toHaveLength(1);
    expect(spool.status()).toEqual({ pending: 0, dropped: 0 });
  });

  it('drops the oldest when it is full, and counts them', async () => {
    const dir = await makeTemporaryDirectory();
    const spool = await openIn(dir, 64 * 1024);
    for (let index = 0; index < 40; index += 1) await spool.append(many(20));
    const { pending, dropped } = spool.status();
    expect(pending + dropped).toBe(800);
    expect(dropped).toBeGreaterThan(0);
    expect((await numbers(spool, 1))?.[0]).toBe(dropped + 1);
    const reopened = await openIn(dir, 64 * 1024);
    expect(reopened.status().pending).toBe(pending);
  });

  it('leaves a gap for what was lost before it came here', async () => {
    const spool = await openIn(await makeTemporaryDirectory());
    await spool.append(many(1));
    await spool.skip(3);
    await spool.append(many(1));
    expect(await numbers(spool)).toEqual([1, 5]);
    expect(spool.status().dropped).toBe(3);
  });
});

describe('a spool that was harmed', () => {
  it('cut anywhere in its last record, keeps the others and goes on behind them', async () => {
    const dir = await makeTemporaryDirectory();
    await (await openIn(dir)).append(many(2));
    const path = join(dir, (await segmentsIn(dir))[0] ?? '');
    const { length } = await readFile(path);
    for (let cut = 1; cut < 200; cut += 20) {
      const copy = await makeTemporaryDirectory();
      await writeFile(join(copy, '0000000000000001.spool'), await readFile(path));
      await truncate(join(copy, '0000000000000001.spool'), length - cut);
      const spool = await openIn(copy);
      expect(await numbers(spool)).toEqual([1]);
      await spool.append(many(2));
      expect(await numbers(await openIn(copy))).toEqual([1, 2, 3]);
    }
  });

  it('with rubbish behind its last record, overwrites the rubbish', async () => {
    const dir = await makeTemporaryDirectory();
    await (await openIn(dir)).append(many(2));
    await appendFile(join(dir, (await segmentsIn(dir))[0] ?? ''), Buffer.alloc(500, 7));
    await (await openIn(dir)).append(many(1));
    expect(await numbers(await openIn(dir))).toEqual([1, 2, 3]);
  });

  it('and lost, begins a new log at 1', async () => {
    const dir = await makeTemporaryDirectory();
    const first = await openIn(dir);
    await first.append(many(3));
    const log = (await first.read(1))?.log;
    await first.acknowledge(3);
    for (const name of await segmentsIn(dir)) await unlink(join(dir, name));
    const second = await openIn(dir);
    await second.append(many(1));
    const batch = await second.read(10);
    expect(batch?.records[0]?.seq).toBe(1);
    expect(batch?.log).not.toBe(log);
  });

  it('and replaced by an older copy, begins a new log as soon as that shows', async () => {
    const dir = await makeTemporaryDirectory();
    const spool = await openIn(dir);
    await spool.append(many(2));
    const log = (await spool.read(1))?.log;
    await spool.acknowledge(9);
    await spool.append(many(1));
    expect(await spool.read(10)).toMatchObject({ records: [{ seq: 1 }] });
    expect((await spool.read(10))?.log).not.toBe(log);
    const bytes = await readFile(join(dir, (await segmentsIn(dir))[0] ?? ''));
    await spool.append(many(5));
    await spool.acknowledge(6);
    await writeFile(join(dir, (await segmentsIn(dir))[0] ?? ''), bytes);
    const restored = await openIn(dir);
    await restored.append(many(1));
    expect(await numbers(restored)).toEqual([1]);
  });

  it('goes on when its disk fails, counts what is lost, and stores again when it is well', async () => {
    const dir = join(await makeTemporaryDirectory(), 'spool');
    const spool = await openIn(dir);
    await spool.append(many(2));
    await rm(dir, { recursive: true });
    await spool.append(many(3));
    expect(spool.status()).toEqual({ pending: 2, dropped: 3 });
    expect(await spool.read(10)).toBeUndefined();
    await mkdir(dir);
    await writeFile(join(dir, '0000000000000001.spool'), '');
    await spool.append(many(1));
    expect(spool.status().dropped).toBe(3);
  });
});
