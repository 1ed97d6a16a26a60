import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTEMPT_GAP_MS, attemptKeyOf, createAttemptCollector } from './attempts.ts';

interface Row {
  readonly at: number;
  readonly id: number;
  readonly machine_id: string;
  readonly user_id: null;
  readonly registry: string;
  readonly repository: null;
  readonly action: null;
  readonly verdict: 'allow' | 'deny';
}

const row = (at: number, id: number, changes: Partial<Row> = {}): Row => ({
  at,
  id,
  machine_id: 'm1',
  user_id: null,
  registry: 'docker.io',
  repository: null,
  action: null,
  verdict: 'allow',
  ...changes,
});

const latestFirst = (a: Row, b: Row) => b.at - a.at || b.id - a.id;

/** The rule said plainly, over all records at once. */
function attemptsOf(rows: readonly Row[]): { head: number; count: number }[] {
  const byKey = Map.groupBy(rows, attemptKeyOf);
  const groups = [...byKey.values()].flatMap((own) => {
    const sorted = own.toSorted(latestFirst);
    const found: Row[][] = [];
    for (const item of sorted) {
      const last = found.at(-1)?.at(-1);
      if (last !== undefined && last.at - item.at <= ATTEMPT_GAP_MS) found.at(-1)?.push(item);
      else found.push([item]);
    }
    return found;
  });
  return groups
    .toSorted(([a], [b]) => latestFirst(a as Row, b as Row))
    .map((group) => ({ head: (group[0] as Row).id, count: group.length }));
}

/** Page by page, as the listing does it. */
function pagesOf(rows: readonly Row[], limit: number): { head: number; count: number }[] {
  const sorted = rows.toSorted(latestFirst);
  const shown: { head: number; count: number }[] = [];
  let after: Row | undefined;
  for (;;) {
    const collector = createAttemptCollector<Row>(limit + 1);
    const place = after;
    const isBelow = (item: Row) => place === undefined || latestFirst(place, item) < 0;
    for (const item of sorted)
      if (place !== undefined && !isBelow(item) && item.at <= place.at + ATTEMPT_GAP_MS) collector.seed(item);
    for (const item of sorted.filter(isBelow)) if (!collector.add(item)) break;
    const found = collector.attempts();
    for (const { head, count } of found.slice(0, limit)) shown.push({ head: head.id, count });
    if (found.length <= limit) return shown;
    after = found[limit - 1]?.head;
  }
}

describe('attempts', () => {
  it.each([
    ['30 s apart', [0, 30_000], 1],
    ['more than 30 s apart', [0, 30_001], 2],
    ['a loop', [0, 20_000, 40_000, 60_000], 1],
  ])('of records %s', (_name, times, attempts) => {
    expect(attemptsOf(times.map((at, id) => row(at, id)))).toHaveLength(attempts);
    expect(
      pagesOf(
        times.map((at, id) => row(at, id)),
        10,
      ),
    ).toHaveLength(attempts);
  });

  it('are the same over any page size, each once, with its whole count', () => {
    const rows = fc
      .array(
        fc.record({
          at: fc.integer({ min: 0, max: 20 }).map((n) => n * 10_000),
          machine_id: fc.constantFrom('m1', 'm2'),
          registry: fc.constantFrom('docker.io', 'quay.io'),
        }),
        { maxLength: 60 },
      )
      .map((list) => list.map((changes, id) => row(changes.at, id, changes)));
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        expect(pagesOf(all, limit)).toEqual(attemptsOf(all));
      }),
    );
  });

  it('show a denial rather than the allow beside it', () => {
    const collector = createAttemptCollector<Row>(5);
    for (const item of [row(2000, 3), row(1000, 2, { verdict: 'deny' }), row(0, 1)]) collector.add(item);
    const [attempt] = collector.attempts();
    expect(attempt).toMatchObject({ head: { id: 3 }, shown: { id: 2 }, count: 3 });
  });
});
