import { describe, expect, it } from 'vitest';
import { createTurnCounter, type Turn } from './count-turns.ts';

const row = (at: number, registry: string, machine = 'm1') => ({
  at,
  registry,
  machine_id: machine,
  machine_name: machine,
  user_id: null,
  repository: null,
  action: null,
});

function impactOf(...records: readonly [ReturnType<typeof row>, Turn][]) {
  const counter = createTurnCounter();
  for (const [record, turn] of records) counter.add(record, turn);
  return counter.impact();
}

describe('counting turns', () => {
  it('counts an attempt once, as turned when any of its records is', () => {
    expect(
      impactOf(
        [row(0, 'a'), 'same'],
        [row(10_000, 'a'), 'denied'],
        [row(20_000, 'a'), 'allowed'],
        [row(60_000, 'a'), 'same'],
      ),
    ).toEqual({ attempts: 2, denied: [{ registry: 'a', attempts: 1, machines: ['m1'] }], allowed: [] });
  });

  it('names each machine once and puts the registry with most attempts first', () => {
    const { denied, allowed } = impactOf(
      [row(0, 'a'), 'denied'],
      [row(0, 'b', 'm2'), 'denied'],
      [row(0, 'b'), 'denied'],
      [row(90_000, 'b'), 'denied'],
      [row(90_000, 'c'), 'allowed'],
    );
    expect(denied).toEqual([
      { registry: 'b', attempts: 3, machines: ['m1', 'm2'] },
      { registry: 'a', attempts: 1, machines: ['m1'] },
    ]);
    expect(allowed).toEqual([{ registry: 'c', attempts: 1, machines: ['m1'] }]);
  });
});
