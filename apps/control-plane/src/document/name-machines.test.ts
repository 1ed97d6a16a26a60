import { describe, expect, it } from 'vitest';
import { nameMachines } from './name-machines.ts';

const deep = { code: 'DEEP_RULE', path: '/registries/hub', message: 'deep' };
const other = { code: 'URLS_OPEN', path: '/urls/default', message: 'open' };
const machines = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `m${at + 1}` }));

describe('nameMachines', () => {
  it('adds nothing without a deep rule, or without a machine', () => {
    expect(nameMachines([other], machines(2))).toEqual([other]);
    expect(nameMachines([deep], [])).toEqual([deep]);
  });

  it('names machines once, whatever the number of deep rules, and ten at most', () => {
    const named = nameMachines([deep, deep, other], machines(12));
    expect(named.slice(0, 3)).toEqual([deep, deep, other]);
    expect(named.slice(3)).toEqual([
      {
        code: 'MACHINES_WITHOUT_DEPTH',
        path: '/registries',
        message: expect.stringMatching(/^12 machines .*: m1, .*, m10 and 2 more$/),
        severity: 'warning',
      },
    ]);
  });
});
