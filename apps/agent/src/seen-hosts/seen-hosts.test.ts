import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeenHostReport } from '@pullgate/protocol';
import { parseRegistryHost } from '@pullgate/reference';
import { createFakeClock } from '@pullgate/testkit';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeTemporaryDirectory, until } from '../../test/temporary.ts';
import { AgentError } from '../agent-error.ts';
import { createSeenHosts } from './seen-hosts.ts';

const quay = parseRegistryHost('quay.io');

interface SetUp {
  readonly path?: string;
  /** What the control plane answers, in turn; 204 afterwards. */
  readonly answers?: readonly number[];
}

async function setUp({ path, answers = [] }: SetUp = {}) {
  const reports: SeenHostReport[] = [];
  const clock = createFakeClock();
  const known = new Set(['cdn.quay.io']);
  const file = path ?? join(await makeTemporaryDirectory(), 'seen-hosts.json');
  const seenHosts = await createSeenHosts({
    path: file,
    clock,
    log: pino({ level: 'silent' }),
    send: async (report) => {
      const status = answers[reports.push(report) - 1];
      if (status !== undefined) throw new AgentError('SERVER_REFUSED', 'refused', { answer: { status } });
    },
    retry: { baseMs: 1, maxMs: 5 },
    reportDelays: { newMs: 1, againMs: 5 },
    isUnknown: (_, host) => !known.has(host),
  });
  onTestFinished(() => seenHosts.stop());
  return {
    file,
    seenHosts,
    reports,
    clock,
    known,
    hosts: () => seenHosts.state().sightings.map(({ host }) => host),
  };
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
    const { seenHosts: next, hosts } = await setUp({ path: file });
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
      expect((await setUp({ path: file })).hosts()).toEqual([]);
    }
  });
});

describe('reports', () => {
  it('tell of a host once, and of later attempts, with totals', async () => {
    const { seenHosts, reports, clock } = await setUp();
    seenHosts.start();
    seenHosts.saw(quay, 'cdn.example', 'blob');
    await until(() => reports.length === 1);
    seenHosts.saw(quay, 'cdn.example', 'blob');
    clock.advance(60_000);
    seenHosts.saw(quay, 'cdn.example', 'blob');
    await until(() => reports.length === 2);
    expect(reports.map(({ hosts }) => hosts.map(({ host, attempts }) => [host, attempts]))).toEqual([
      [['cdn.example', 1]],
      [['cdn.example', 2]],
    ]);
  });

  it('tell what was beyond the limits, and of no more than a hundred hosts at once', async () => {
    const { seenHosts, reports } = await setUp();
    for (let registry = 0; registry < 6; registry += 1) {
      const name = parseRegistryHost(`r${registry}.example`);
      for (let host = 0; host < 21; host += 1) seenHosts.saw(name, `cdn${host}.example`, 'blob');
    }
    seenHosts.start();
    await until(() => reports.length === 2);
    expect(reports.map(({ hosts }) => hosts.length)).toEqual([100, 20]);
    expect(reports[0]?.overflow?.registries).toHaveLength(6);
    expect(reports[1]).not.toHaveProperty('overflow');
  });

  it.each([
    ['come again after an error of the server', [503, 500], 3],
    ['are given up when they will never be taken', [422], 1],
    ['stay here where the server takes none', [404], 1],
  ])('%s', async (_, answers, expected) => {
    const { seenHosts, reports, hosts } = await setUp({ answers });
    seenHosts.start();
    seenHosts.saw(quay, 'cdn.example', 'blob');
    await until(() => reports.length === expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reports).toHaveLength(expected);
    expect(hosts()).toEqual(['cdn.example']);
  });

  it('leave out what the policy has learned meanwhile', async () => {
    const { seenHosts, reports, known } = await setUp();
    seenHosts.saw(quay, 'cdn.example', 'blob');
    seenHosts.saw(quay, 'other.example', 'token');
    known.add('cdn.example');
    seenHosts.start();
    await until(() => reports.length === 1);
    expect(reports[0]?.hosts.map(({ host }) => host)).toEqual(['other.example']);
  });
});
