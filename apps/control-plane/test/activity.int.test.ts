/** Activity: append-only, gap-free, sealed; people by id only. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, OWNER, startHarness } from './harness.ts';

describe('activity', () => {
  let plane: Harness;
  const change = (sql: string) => {
    const database = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'));
    try {
      database.exec(sql);
    } finally {
      database.close();
    }
  };
  beforeAll(async () => {
    plane = await startHarness();
    const hosts = Array.from({ length: 12 }, (_, at) => `r${at}.example`);
    await Promise.all(hosts.map((registry) => plane.owner.post('registries', { registry })));
  });
  afterAll(async () => {
    await plane.close();
  });

  it('numbers entries without gaps, though many come at once', async () => {
    const { items } = (await plane.owner.get('activity?limit=200')).body;
    const seqs = items.map((item: { seq: number }) => item.seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => seqs.length - at));
    expect(items.at(-1)).toMatchObject({ event: 'organization.created', from: { address: 'local' } });
  });

  it('pages by cursor and filters by event and actor', async () => {
    const first = (await plane.owner.get('activity?event=registry.added&limit=5')).body;
    const second = (
      await plane.owner.get(`activity?event=registry.added&limit=200&cursor=${first.nextCursor}`)
    ).body;
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([5, 7, undefined]);
    expect((await plane.owner.get('activity?actor=nobody')).body.items).toEqual([]);
  });

  it.each([
    ['event=registry', 12],
    ['event=regist', 0],
    ['search=R1.EXAMPLE', 1],
    ['search=organization.cre', 1],
    ['search=r1_example', 0],
    ['search=olga&event=registry.added', 12],
    ['until=0', 0],
    ['since=0&event=registry', 12],
  ])('is narrowed by %s', async (query, count) => {
    expect((await plane.owner.get(`activity?limit=200&${query}`)).body.items).toHaveLength(count);
  });

  it('is narrowed to a time, whose end is left out', async () => {
    const { items } = (await plane.owner.get('activity?limit=200')).body;
    const [last, first] = [items[0].at, items.at(-1).at];
    const ats = (await plane.owner.get(`activity?limit=200&since=${first}&until=${last}`)).body.items;
    expect(ats.every(({ at }: { at: number }) => at >= first && at < last)).toBe(true);
    expect(ats.length).toBeGreaterThan(0);
  });

  it('keeps what was before and after', async () => {
    await plane.owner.patch('registries/r0-example', { allow: ['pull'], name: 'Zero' });
    await plane.owner.patch('registries/r0-example', { name: null });
    const [edited] = (await plane.owner.get('activity?limit=1')).body.items;
    expect(edited.before).toMatchObject({ id: 'r0-example', allow: ['pull'], name: 'Zero' });
    expect(edited.after).not.toHaveProperty('name');
    expect((await plane.owner.get(`activity/${edited.id}`)).body).toEqual(edited);
    expect((await plane.owner.get('activity/nothing')).status).toBe(404);
  });

  it('has people by id only, so that they can be erased', async () => {
    const database = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'), { readOnly: true });
    const rows = JSON.stringify(database.prepare('select * from activity').all());
    database.close();
    for (const personal of [OWNER.email, OWNER.name]) expect(rows).not.toContain(personal);
  });

  it.each(['update activity set text = text', 'delete from activity', 'delete from policy_revisions'])(
    'refuses %s',
    async (sql) => {
      expect(() => change(sql)).toThrow(/append-only/);
    },
  );

  it('is verified, also from a head noted earlier', async () => {
    const first = await plane.owner.get('activity/verification');
    expect([first.status, first.body.broken]).toEqual([200, undefined]);
    await plane.owner.post('registries', { registry: 'later.example' });
    const { entries, head } = first.body;
    const later = (await plane.owner.get(`activity/verification?head=${head}`)).body;
    expect(later).toMatchObject({ entries: entries + 1, notedAt: entries });
    const wrong = (await plane.owner.get(`activity/verification?head=${'0'.repeat(64)}`)).body;
    expect(wrong.broken).toMatchObject({ why: 'noted-head-missing' });
    expect((await plane.owner.get('activity/verification?head=x')).status).toBe(400);
  });

  it('names an entry that somebody changed past the triggers', async () => {
    await plane.stopped(() =>
      change(`drop trigger activity_no_update; update activity set after = '{}' where seq = 5`),
    );
    const { body } = await plane.owner.get('activity/verification');
    expect(body).toMatchObject({ entries: 4, broken: { seq: 5, why: 'changed' } });
  });
});
