/** The overview, and the counts of machines, over HTTP. */

import type { DecisionRecord } from '@pullgate/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';
import { enrollMachine, record, type TestMachine } from './machine.ts';

const HOUR = 3600_000;

let plane: Harness;
let laptop: TestMachine;
beforeAll(async () => {
  plane = await startHarness();
  laptop = await enrollMachine(plane, { name: 'laptop-1' });
});
afterAll(async () => {
  await plane.close();
});

const refused: Partial<DecisionRecord> = {
  verdict: 'deny',
  effect: 'refuse',
  mode: 'enforce',
  registry: 'quay.io',
};
const observed: Partial<DecisionRecord> = { ...refused, effect: 'forward', mode: 'observe' };

describe('attempts by the hour', () => {
  it('count each attempt once, whether it comes in one batch or in several', async () => {
    const at = Date.now() - 5 * HOUR;
    await laptop.send('a', [
      record(1, { at, ...refused }),
      record(2, { at: at + 10_000, ...refused }),
      record(3, { at: at + 20_000, registry: 'docker.io' }),
      record(4, { at: at + 21_000, ...observed, registry: 'ghcr.io' }),
    ]);
    await laptop.send('a', [
      record(5, { at: at + 35_000, ...refused }),
      record(6, { at: at + 70_000, ...refused }),
    ]);
    const { status, body } = await plane.owner.get('overview');
    expect(status).toBe(200);
    expect(body.attempts).toMatchObject({ allowed: 1, denied: 2, observed: 1, bucketMs: HOUR });
    expect(body.attempts.buckets).toHaveLength(24);
    expect(body.topDenied).toEqual([
      { registry: 'quay.io', denied: 2, observed: 0 },
      { registry: 'ghcr.io', denied: 0, observed: 1 },
    ]);
  });

  it('count nothing twice that is sent twice', async () => {
    const before = (await plane.owner.get('overview')).body.attempts;
    const at = Date.now() - 5 * HOUR;
    await laptop.send('a', [record(1, { at, ...refused }), record(2, { at, ...refused })]);
    expect((await plane.owner.get('overview')).body.attempts).toEqual(before);
  });

  it.each([
    [168, 28],
    [720, 30],
  ])('of %i hours come in %i buckets that hold all', async (hours, columns) => {
    await laptop.send('old', [record(hours, { at: Date.now() - (hours - 30) * HOUR, ...refused })]);
    const { buckets, denied } = (await plane.owner.get(`overview?hours=${hours}`)).body.attempts;
    expect(buckets).toHaveLength(columns);
    expect(buckets.reduce((sum: number, bucket: { denied: number }) => sum + bucket.denied, 0)).toBe(denied);
    expect(denied).toBe(hours === 168 ? 3 : 4);
    expect((await plane.owner.get('overview')).body.attempts.denied).toBe(2);
  });

  it('of other spans are refused', async () => {
    expect((await plane.owner.get('overview?hours=25')).body.code).toBe('REQUEST_INVALID');
  });
});

describe('the rest of the overview', () => {
  it('says what is in force, who is there, and what changed last', async () => {
    const { policy, people, changes } = (await plane.owner.get('overview')).body;
    expect(policy).toMatchObject({ revision: 1, mode: 'observe' });
    expect(people).toEqual({ active: 1, deactivated: 0 });
    expect(changes.length).toBeGreaterThan(1);
    expect(changes[0].event).toBe('machine.enrolled');
  });

  it('shows to a token only what it may read', async () => {
    const made = await plane.owner.post('tokens', { name: 'chart', scopes: ['decisions:read'] });
    const client = plane.clientWith({ authorization: `Bearer ${made.body.token}` });
    const { body } = await client.get('overview');
    expect(Object.keys(body).toSorted()).toEqual(['attempts', 'hours', 'now', 'topDenied']);
  });
});

describe('machines', () => {
  const names = async (query: string) =>
    (await plane.owner.get(`machines?${query}`)).body.items.map(({ name }: { name: string }) => name);

  beforeAll(async () => {
    const [bare, broken, gone] = [
      await enrollMachine(plane, { name: 'bare-2' }),
      await enrollMachine(plane, { name: 'broken_3' }),
      await enrollMachine(plane, { name: 'gone-4' }),
    ];
    const policy = { epoch: 1, revision: 1, contentHash: 'x' };
    await laptop.heartbeat({
      policy,
      signIn: { mechanism: 'file', allowedOrgs: ['acme'], state: 'satisfied' },
    });
    await bare.heartbeat({
      rejected: { code: 'SIGNATURE_INVALID', at: Date.now() },
      engines: [{ name: '"wired":true', wired: false, depth: 'host' }],
      signIn: { mechanism: '"problem":', allowedOrgs: [], state: 'off' },
    });
    await broken.heartbeat({
      policy,
      // Has taken the one in force since.
      rejected: { code: 'SIGNATURE_INVALID', at: Date.now() },
      engines: [{ name: '"wired":false', wired: true, depth: 'host' }],
      signIn: { mechanism: 'file', allowedOrgs: [], state: 'required', problem: 'not JSON' },
    });
    await plane.owner.delete(`machines/${gone.id}`);
  });

  it('are counted by their states', async () => {
    const { body } = await plane.owner.get('machines/summary');
    expect(body).toEqual({
      total: 3,
      online: 3,
      offline: 0,
      revoked: 1,
      unwired: 1,
      behind: 1,
      rejected: 1,
      signIn: { satisfied: 1, required: 0, off: 1, broken: 1 },
    });
    expect((await plane.owner.get('overview')).body.machines).toEqual(body);
  });

  it.each([
    ['search=LAPTOP', ['laptop-1']],
    ['search=n_3', ['broken_3']],
    ['search=linux&state=online', ['bare-2', 'broken_3', 'laptop-1']],
    ['state=revoked', ['gone-4']],
    ['state=offline', []],
    ['behind=true', ['bare-2']],
    ['rejected=true', ['bare-2']],
    ['unwired=true', ['bare-2']],
    ['signIn=off', ['bare-2']],
    ['signIn=broken', ['broken_3']],
    ['signIn=required', []],
  ])('are found by %s', async (query, expected) => {
    expect(
      (await names(query)).slice(0, Math.max(expected.length, query.startsWith('sort') ? 0 : 9)),
    ).toEqual(expected);
  });

  it.each(['name', 'seen', 'revision', 'enrolled'])('come page by page in the order of %s', async (sort) => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await plane.owner.get(`machines?limit=1&sort=${sort}${cursor}`);
      seen.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(await names(`sort=${sort}`));
    expect(seen).toHaveLength(4);
  });

  it('stand in the order asked for', async () => {
    expect(await names('sort=enrolled')).toEqual(['gone-4', 'broken_3', 'bare-2', 'laptop-1']);
    expect((await names('sort=revision&state=online'))[0]).toBe('bare-2');
    expect((await names('sort=seen'))[3]).toBe('gone-4');
  });

  it('refuse the cursor of another order', async () => {
    const { nextCursor } = (await plane.owner.get('machines?limit=1&sort=seen')).body;
    const answer = await plane.owner.get(`machines?limit=1&sort=name&cursor=${nextCursor}`);
    expect(answer.body.code).toBe('REQUEST_INVALID');
  });
});
