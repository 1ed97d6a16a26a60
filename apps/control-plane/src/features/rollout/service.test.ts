import { describe, expect, it } from 'vitest';
import { toRollout } from './service.ts';

const NOW = 1_000_000;
const machine = (changes: object = {}) => ({
  policy_revision: null,
  acknowledged_at: null,
  last_seen_at: NOW,
  rejected_at: null,
  enrolled_at: 0,
  ...changes,
});
const published = { revision: 3, published_at: NOW - 10_000 };

describe('a rollout', () => {
  it('tells machines that have it from those that are away and those that rejected it', () => {
    const machines = [
      machine({ policy_revision: 3, acknowledged_at: NOW - 9_400 }),
      machine({ policy_revision: 4, acknowledged_at: NOW }),
      machine({ policy_revision: 2, last_seen_at: NOW - 60_000 }),
      machine({ policy_revision: 2, rejected_at: NOW - 5_000 }),
      machine(),
    ];
    expect(toRollout(published, machines, NOW)).toEqual({
      revision: 3,
      publishedAt: published.published_at,
      machines: 5,
      acknowledged: 2,
      offline: 1,
      rejected: 1,
      elapsedMs: 600,
    });
  });

  it('takes no time from machines that came after it', () => {
    const late = machine({ policy_revision: 3, acknowledged_at: NOW, enrolled_at: NOW - 1 });
    expect(toRollout(published, [late], NOW)).not.toHaveProperty('elapsedMs');
  });
});
