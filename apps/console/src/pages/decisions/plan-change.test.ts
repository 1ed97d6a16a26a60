import { describe, expect, it } from 'vitest';
import { type Entry, planAllow, planDeny, type Wish } from './plan-change.ts';

const entry = (changes: Partial<Entry>): Entry => ({
  id: 'quay',
  registry: 'quay.io',
  allow: ['pull'],
  companions: [],
  state: 'published',
  ...changes,
});
const app: Wish = { registry: 'quay.io', repository: 'team/app', actions: ['pull'] };

describe('planAllow', () => {
  it.each<[string, Entry[], Wish, object]>([
    [
      'adds where nothing is',
      [],
      app,
      { kind: 'add', body: { registry: 'quay.io', allow: ['pull'], repositories: ['team/app'] } },
    ],
    [
      'adds a repository to an entry of the same actions',
      [entry({ repositories: ['coreos/**'] })],
      app,
      { kind: 'widen', id: 'quay', body: { repositories: ['coreos/**', 'team/app'] } },
    ],
    [
      'adds an action to an entry of the same repository',
      [entry({ repositories: ['team/app'] })],
      { ...app, actions: ['push'] },
      { kind: 'widen', id: 'quay', body: { allow: ['pull', 'push'] } },
    ],
    [
      'opens the whole registry for the same actions',
      [entry({ repositories: ['coreos/**'] })],
      { registry: 'quay.io', actions: ['pull'] },
      { kind: 'widen', id: 'quay', body: { repositories: null } },
    ],
    [
      'knows what is there already',
      [entry({ repositories: ['team/app'], allow: ['pull', 'push'] })],
      app,
      { kind: 'there', id: 'quay' },
    ],
  ])('%s', (_, entries, wish, plan) => {
    expect(planAllow(entries, wish)).toEqual(plan);
  });

  it.each<[string, Partial<Entry>]>([
    ['would also let push the repository', { allow: ['pull', 'push'], repositories: ['coreos/**'] }],
    ['is a block', { allow: [] }],
    ['is for a team', { teams: ['platform'], repositories: ['coreos/**'] }],
    ['is for some tags', { tags: ['v*'], repositories: ['coreos/**'] }],
    ['is for some digests', { digests: ['sha256:0'], repositories: ['coreos/**'] }],
    ['is a mirror', { mirrorOf: { registry: 'docker.io' }, repositories: ['coreos/**'] }],
    ['was removed', { state: 'removed', repositories: ['coreos/**'] }],
  ])('leaves an entry alone that %s', (_, changes) => {
    expect(planAllow([entry(changes)], app).kind).toBe('add');
  });
});

describe('planDeny', () => {
  it('adds one denial with an id that nobody has, and leaves the rest as it is', () => {
    const document = {
      mode: { default: 'observe' },
      registries: [{ id: 'no-quay-io-team-app' }],
      deny: [{ id: 'old' }],
    };
    expect(planDeny(document, { ...app, because: 'unsafe' })).toEqual({
      ...document,
      deny: [
        { id: 'old' },
        {
          id: 'no-quay-io-team-app-2',
          registry: 'quay.io',
          actions: ['pull'],
          repositories: ['team/app'],
          because: 'unsafe',
        },
      ],
    });
  });

  it('denies every action of a whole registry by naming neither, whatever its host looks like', () => {
    const { deny } = planDeny({}, { registry: `${'a'.repeat(80)}.example:5000`, actions: [] }) as {
      deny: { id: string }[];
    };
    expect(deny).toEqual([{ id: `no-${'a'.repeat(53)}`, registry: `${'a'.repeat(80)}.example:5000` }]);
  });
});
