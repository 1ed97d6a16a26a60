import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRegistryHost } from '@pullgate/reference';
import { createFakeClock } from '@pullgate/testkit';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { createSeenHosts } from './seen-hosts.ts';

const quay = parseRegistryHost('quay.io');

async function setUp(path?: string) {
  const file = path ?? join(await makeTemporaryDirectory(), 'seen-hosts.json');
  const seenHosts = await createSeenHosts({
    path: file,
    clock: createFakeClock(),
    log: pino({ level: 'silent' }),
    isUnknown: (_, host) => host !== 'cdn.quay.io',
  });
  return { file, seenHosts, hosts: () => seenHosts.state().sightings.map(({ host }) => host) };
}

describe('createSeenHosts', () => {
  it('takes unknown hosts down in one spelling, and leaves known ones out', async () => {
    const { seenHosts, hosts } = await setUp();
    for (const host of ['CDN.example.', 'cdn.example:443', 'cdn.example:8443', 'cdn.quay.io']) {
      seenHosts.saw(quay, host, 'blob');
    }
    expect(hosts()).toEqual(['cdn.example', 'cdn.example:8443']);
  });

  it.each([
    '',
    '<script>alert(1)</script>',
    'a b',
    'me:secret@cdn.example',
    'https://cdn.example/x',
    'x'.repeat(100_000),
    'cdn.example:0',
  ])('lets %j pass without a word', async (host) => {
    const { seenHosts, hosts } = await setUp();
    expect(seenHosts.saw(quay, host, 'blob')).toBeUndefined();
    expect(hosts()).toEqual([]);
  });

  it('keeps what it saw over a restart', async () => {
    const { file, seenHosts } = await setUp();
    seenHosts.saw(quay, 'cdn.example', 'blob');
    await seenHosts.stop();
    seenHosts.saw(quay, 'late.example', 'blob');
    const { seenHosts: next, hosts } = await setUp(file);
    expect(hosts()).toEqual(['cdn.example']);
    expect(next.state()).toEqual({
      ...seenHosts.state(),
      sightings: [expect.objectContaining({ kind: 'blob', attempts: 1 })],
    });
  });

  it('begins anew with a file that is not its own', async () => {
    const { file, seenHosts } = await setUp();
    seenHosts.saw(quay, 'cdn.example', 'blob');
    await seenHosts.stop();
    const good = await readFile(file, 'utf8');
    for (const text of [
      '',
      '[]',
      good.replace('"v":1', '"v":2'),
      good.replace('cdn.example', '<b>'),
      '{"v":1}',
    ]) {
      await writeFile(file, text);
      expect((await setUp(file)).hosts()).toEqual([]);
    }
  });
});
