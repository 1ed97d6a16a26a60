import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDigest, parseTag } from '@pullgate/reference';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../../test/temporary.ts';
import { createTagKeeper, formatTags, parseTags } from './keep-tags.ts';
import { createTagMemory, type KnownManifest } from './tag-memory.ts';

const HOUR_MS = 3_600_000;
const digest = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);
const [ONE, TWO] = [parseTag('1'), parseTag('2')];
const [A, B] = [digest('a'), digest('b')];
const SCOPE = 'reg.example:5000/acme/app';

/** A memory that is kept in a file, under a clock that the test moves, with what is logged. */
async function setUp(storeDelayMs = 60_000) {
  const path = join(await makeTemporaryDirectory(), 'tags.json');
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(JSON.parse(line).msg) });
  let now = 1_000 * HOUR_MS;
  const open = async () => {
    const memory = createTagMemory(
      () => now,
      () => keeper.wake(),
    );
    const keeper = createTagKeeper(path, memory, log, storeDelayMs);
    await keeper.load();
    return { memory, keeper };
  };
  const advance = (ms: number) => {
    now += ms;
  };
  return { path, warnings, open, advance };
}

describe('what tags led to', () => {
  it('is known again after a restart, for what is left of its day', async () => {
    const { open, advance, warnings, path } = await setUp();
    const first = await open();
    first.memory.learn(SCOPE, A, [ONE]);
    advance(HOUR_MS);
    first.memory.learn(SCOPE, A, [TWO]);
    first.memory.learn(SCOPE, B, [TWO]);
    await first.keeper.stop();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { memory } = await open();
    expect([memory.tagsOf(SCOPE, A), memory.tagsOf(SCOPE, B)]).toEqual([[ONE, TWO], [TWO]]);
    expect(memory.tagsOf('reg.example:5000/acme/other', A)).toEqual([]);
    advance(23 * HOUR_MS);
    expect(memory.tagsOf(SCOPE, A)).toEqual([TWO]);
    const third = await open();
    expect(third.memory.tagsOf(SCOPE, A)).toEqual([TWO]);
    expect(warnings).toEqual([]);
  });

  it('is written a while after it was learned, once for many, and not for what is only asked', async () => {
    const { open, path } = await setUp(50);
    const { memory, keeper } = await open();
    memory.tagsOf(SCOPE, A);
    await keeper.stop();
    await expect(stat(path)).rejects.toThrow('ENOENT');
    for (const letter of 'abcdef') memory.learn(SCOPE, digest(letter), [ONE]);
    await expect(stat(path)).rejects.toThrow('ENOENT');
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain(digest('f'));
    const { ino } = await stat(path);
    await sleep(150);
    expect((await stat(path)).ino).toBe(ino);
    // Not stopped, as after a crash.
    expect((await open()).memory.tagsOf(SCOPE, A)).toEqual([ONE]);
  });

  it.each([
    ['cut', (text: string) => text.slice(0, -5)],
    ['nothing', () => ''],
    ['of another schema', (text: string) => text.replace('"v":1', '"v":2')],
    ['with a further field', (text: string) => text.replace('"v":1', '"v":1,"w":1')],
    ['with a tag that is none', (text: string) => text.replace('"1"', '"/../"')],
    ['with a digest that is none', (text: string) => text.replaceAll('a'.repeat(64), 'a'.repeat(63))],
    ['with a time that is none', (text: string) => text.replace(/\d{6,}/, '"soon"')],
  ])('is forgotten, with a line in the log, when the file is %s', async (_how, damage) => {
    const { open, path, warnings } = await setUp();
    const first = await open();
    first.memory.learn(SCOPE, A, [ONE]);
    await first.keeper.stop();
    await writeFile(path, damage(await readFile(path, 'utf8')));
    const { memory, keeper } = await open();
    expect(memory.tagsOf(SCOPE, A)).toEqual([]);
    expect(warnings).toEqual(['what tags led to cannot be read, and is forgotten']);
    memory.learn(SCOPE, B, [ONE]);
    await keeper.stop();
    expect((await open()).memory.tagsOf(SCOPE, B)).toEqual([ONE]);
  });

  it('is forgotten where it was learned under a clock that went ahead', async () => {
    const { open, advance } = await setUp();
    const first = await open();
    first.memory.learn(SCOPE, A, [ONE]);
    await first.keeper.stop();
    advance(-HOUR_MS);
    expect((await open()).memory.tagsOf(SCOPE, A)).toEqual([]);
  });

  it('keeps the ten thousand newest, and goes on when the disk takes nothing', async () => {
    const { open, path, warnings } = await setUp();
    const { memory, keeper } = await open();
    const hex = (at: number) => parseDigest(`sha256:${at.toString(16).padStart(64, '0')}`);
    for (let at = 0; at < 10_002; at += 1) memory.learn(SCOPE, hex(at), [ONE]);
    await keeper.stop();
    expect(parseTags(await readFile(path, 'utf8'))).toHaveLength(10_000);
    const again = (await open()).memory;
    expect([again.tagsOf(SCOPE, hex(1)), again.tagsOf(SCOPE, hex(2))]).toEqual([[], [ONE]]);
    const lost = createTagKeeper('/proc/nowhere/tags.json', memory, pino({ level: 'silent' }));
    lost.wake();
    await lost.stop();
    expect(warnings).toEqual([]);
  });

  it('is read as it was written', () => {
    const tag = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/).map((text) => parseTag(text));
    const known = fc.record({
      key: fc.constantFrom(...'abc').map((letter) => `${SCOPE}@${digest(letter)}`),
      tags: fc.array(fc.tuple(tag, fc.nat()), { minLength: 1, maxLength: 64 }),
    });
    fc.assert(
      fc.property(fc.array(known, { maxLength: 20 }), (manifests: readonly KnownManifest[]) => {
        expect(parseTags(formatTags(manifests))).toEqual(manifests);
      }),
    );
  });
});
