import { describe, expect, it } from 'vitest';
import { toRollout } from './service.ts';

const NOW = 1_000_000;
const machine = (changes: object = {}) => ({
  id: 'm',
  name: 'laptop',
  policy_revision: null,
  acknowledged_at: null,
  last_seen_at: NOW,
  rejected_at: null,
  rejected_code: null,
  enrolled_at: 0,
  ...changes,
});
const published = { revision: 3, published_at: NOW - 10_000 };

describe('a rollout', () => {
  it('tells machines that have it from those that are away and those that rejected it', () => {
    const machines = [
      machine({ policy_revision: 3, acknowledged_at: NOW - 9_400 }),
      machine({ policy_revision: 4, acknowledged_at: NOW }),
      machine({ name: 'away', policy_revision: 2, last_seen_at: NOW - 60_000 }),
      machine({
        name: 'stuck',
        policy_revision: 2,
        rejected_at: NOW - 5_000,
        rejected_code: 'BUNDLE_INVALID',
      }),
      machine({ name: 'new' }),
    ];
    expect(toRollout(published, machines, NOW)).toEqual({
      revision: 3,
      publishedAt: published.published_at,
      machines: 5,
      acknowledged: 2,
      offline: 1,
      rejected: 1,
      elapsedMs: 600,
      waiting: [
        { id: 'm', name: 'stuck', state: 'rejected', lastSeenAt: NOW, revision: 2, reason: 'BUNDLE_INVALID' },
        { id: 'm', name: 'new', state: 'online', lastSeenAt: NOW },
        { id: 'm', name: 'away', state: 'offline', lastSeenAt: NOW - 60_000, revision: 2 },
      ],
    });
  });

  it('names twenty of those it waits for, in an order that holds', () => {
    const many = Array.from({ length: 30 }, (_, at) => machine({ name: `m${String(at).padStart(2, '0')}` }));
    const { waiting } = toRollout(published, many.toReversed(), NOW);
    expect(waiting.map(({ name }) => name)).toEqual(many.slice(0, 20).map(({ name }) => name));
  });

  it('says nothing of a refusal of an older revision', () => {
    const old = machine({ rejected_at: published.published_at - 1, rejected_code: 'BUNDLE_INVALID' });
    expect(toRollout(published, [old], NOW).waiting).toEqual([
      { id: 'm', name: 'laptop', state: 'online', lastSeenAt: NOW },
    ]);
  });

  it('takes no time from machines that came after it', () => {
    const late = machine({ policy_revision: 3, acknowledged_at: NOW, enrolled_at: NOW - 1 });
    expect(toRollout(published, [late], NOW)).not.toHaveProperty('elapsedMs');
  });
});
