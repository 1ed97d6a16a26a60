import { describe, expect, it } from 'vitest';
import { createTurnCounter, type Turn } from './count-turns.ts';

const row = (at: number, registry: string, machine = 'm1', person: string | null = null) => ({
  at,
  registry,
  machine_id: machine,
  machine_name: machine,
  user_id: person,
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
    ).toEqual({
      attempts: 2,
      denied: [{ registry: 'a', attempts: 1, machines: ['m1'], people: [] }],
      allowed: [],
    });
  });

  it('names each person once, on however many machines', () => {
    const { denied } = impactOf(
      [row(0, 'a', 'm1', 'ada'), 'denied'],
      [row(0, 'a', 'm2', 'ada'), 'denied'],
      [row(0, 'a', 'm2', 'bo'), 'denied'],
      [row(0, 'a', 'm3'), 'denied'],
    );
    expect(denied).toEqual([
      { registry: 'a', attempts: 4, machines: ['m1', 'm2', 'm3'], people: ['ada', 'bo'] },
    ]);
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
      { registry: 'b', attempts: 3, machines: ['m1', 'm2'], people: [] },
      { registry: 'a', attempts: 1, machines: ['m1'], people: [] },
    ]);
    expect(allowed).toEqual([{ registry: 'c', attempts: 1, machines: ['m1'], people: [] }]);
  });
});
