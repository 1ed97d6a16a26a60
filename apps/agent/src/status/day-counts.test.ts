import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import type { DecisionEntry } from '../point.ts';
import { createDayCounts } from './day-counts.ts';

const entry = (verdict: 'allow' | 'deny', effect: 'forward' | 'refuse'): DecisionEntry => ({
  point: 'proxy',
  depth: 'host',
  registry: 'docker.io',
  decision: { verdict, effect, reason: 'RULE_ALLOWED', revision: 1, mode: 'enforce', message: '' },
});

describe('createDayCounts', () => {
  it('counts per point, passes on, and begins anew with the day', () => {
    const clock = createFakeClock();
    const counts = createDayCounts(clock);
    const passed: DecisionEntry[] = [];
    const recorder = counts.counting({ record: (one) => void passed.push(one) });
    recorder.record(entry('allow', 'forward'));
    recorder.record(entry('deny', 'refuse'));
    // observed: the policy would deny, and the person was not stopped
    recorder.record(entry('deny', 'forward'));
    expect(counts.of('proxy')).toEqual({ allowed: 2, denied: 1 });
    expect(counts.of('dns')).toEqual({ allowed: 0, denied: 0 });
    expect(passed).toHaveLength(3);
    clock.advance(25 * 3_600_000);
    expect(counts.of('proxy')).toEqual({ allowed: 0, denied: 0 });
  });
});
