import type { Impact } from '@pullgate/protocol';
import { describe, expect, it } from 'vitest';
import { formatDraftImpact, formatModeImpact, formatThose } from './impact-text.ts';

type Row = Impact['denied'][number];
const row = (registry: string, attempts: number, people: string[], machines = ['laptop-7']): Row => ({
  ...{ registry, attempts, people, machines },
});
const QUAY = row('quay.io', 41, ['ada', 'bo', 'cy'], ['a', 'b']);

describe('who is concerned', () => {
  it.each<[string, Row[]]>([
    ['3 people', [QUAY]],
    ['1 person', [row('a', 1, ['ada'])]],
    ['1 person on 2 machines', [row('a', 1, ['ada']), row('b', 1, ['ada'], ['laptop-8'])]],
    ['2 machines', [row('a', 1, [], ['m1', 'm2'])]],
    ['1 machine', [{ registry: 'a', attempts: 1, machines: ['m1'] } as Row]],
  ])('is %s', (words, rows) => {
    expect(formatThose(rows)).toBe(words);
  });
});

describe('the effect of a draft', () => {
  it('is summed up, and told for each registry', () => {
    const denied = [row('ghcr.io', 1, ['ada'])];
    expect(formatDraftImpact({ hours: 720, attempts: 90, denied, allowed: [QUAY] })).toEqual([
      'effect on the last 30 days: 41 attempts by 3 people become allowed, 1 by 1 person becomes denied',
      '  1 attempt by 1 person on ghcr.io would be denied',
      '  41 attempts by 3 people on quay.io become allowed',
    ]);
  });

  it('ends after ten registries', () => {
    const denied = Array.from({ length: 12 }, (_, at) => row(`r${at}.example`, 1, ['ada']));
    const lines = formatDraftImpact({ hours: 720, attempts: 12, denied, allowed: [] });
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toBe('  and 2 more registries');
  });
});

describe('the effect of enforcing', () => {
  it('counts people, and names machines', () => {
    expect(formatModeImpact({ hours: 24, attempts: 50, denied: [QUAY], allowed: [] })).toEqual([
      'In the last 24 h this would have denied 41 attempts by 3 people:',
      '  quay.io   41 attempts   a, b',
    ]);
  });

  it('says of how many attempts it denies none', () => {
    expect(formatModeImpact({ hours: 24, attempts: 1, denied: [], allowed: [] })).toEqual([
      'In the last 24 h this would have denied none of 1 attempt.',
    ]);
  });
});
