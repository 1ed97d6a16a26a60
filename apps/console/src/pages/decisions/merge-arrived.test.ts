import { describe, expect, it } from 'vitest';
import type { Decision } from '../../api/decisions.ts';
import { mergeArrived } from './merge-arrived.ts';

const decision = (id: string, at: number, changes: Partial<Decision> = {}): Decision => ({
  id,
  at,
  receivedAt: at,
  machine: { id: 'm1', name: 'laptop-7' },
  log: 'a',
  seq: 1,
  point: 'proxy',
  depth: 'host',
  verdict: 'allow',
  effect: 'forward',
  mode: 'observe',
  reason: 'RULE_ALLOWED',
  revision: 1,
  registry: 'docker.io',
  count: 1,
  ...changes,
});
const shown = (rows: readonly Decision[]) => rows.map(({ id, count }) => [id, count]);

describe('mergeArrived', () => {
  it('puts new attempts on top, in the order of their time', () => {
    const rows = [decision('old', 10_000)];
    const arrived = [
      decision('late', 90_000, { registry: 'b.example' }),
      decision('early', 50_000, { registry: 'c.example' }),
    ];
    expect(shown(mergeArrived(rows, arrived))).toEqual([
      ['late', 1],
      ['early', 1],
      ['old', 1],
    ]);
  });

  it('counts the same within 30 seconds as one attempt, and no longer', () => {
    const rows = [decision('first', 10_000, { count: 3 })];
    expect(shown(mergeArrived(rows, [decision('second', 40_000)]))).toEqual([['second', 4]]);
    expect(shown(mergeArrived(rows, [decision('second', 40_001)]))).toEqual([
      ['second', 1],
      ['first', 3],
    ]);
  });

  it.each<Partial<Decision>>([
    { machine: { id: 'm2', name: 'laptop-7' } },
    { user: 'u1' },
    { registry: 'b.example' },
    { repository: 'a' },
    { action: 'push' },
  ])('keeps apart what differs in %o', (changes) => {
    expect(mergeArrived([decision('first', 10_000)], [decision('second', 10_001, changes)])).toHaveLength(2);
  });

  it('never lets an allowed record hide a denial of the same attempt', () => {
    const denied = decision('denied', 10_000, { verdict: 'deny' });
    expect(shown(mergeArrived([denied], [decision('allowed', 11_000)]))).toEqual([['denied', 2]]);
    expect(shown(mergeArrived([decision('allowed', 9_000)], [denied]))).toEqual([['denied', 2]]);
  });

  it('counts no record twice that the listing knows already', () => {
    const rows = [decision('first', 10_000)];
    expect(mergeArrived(rows, rows)).toEqual(rows);
  });
});
