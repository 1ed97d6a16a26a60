import { describe, expect, it } from 'vitest';
import { decideRole, decideTeams, grantsOfGroup, roleOf, teamsOf } from './grants.ts';

const mappings = [
  { group: 'Platform', teams: ['platform', 'ops'] },
  { group: 'Admins', role: 'admin' as const },
  { group: '9f3a', teams: ['web'], role: 'auditor' as const },
];

describe('what a group gives', () => {
  it.each([
    ['by name', { displayName: 'Platform' }, ['team:platform', 'team:ops']],
    ['by the id of the directory', { displayName: 'Web', externalId: '9f3a' }, ['team:web', 'role:auditor']],
    ['nothing without a mapping', { displayName: 'Everyone' }, []],
    ['nothing for another spelling', { displayName: 'platform' }, []],
  ])('%s', (_name, group, grants) => {
    expect(grantsOfGroup(mappings, group)).toEqual(grants);
  });

  it('gives the highest role and every team', () => {
    const grants = ['role:auditor', 'team:web', 'role:admin'];
    expect([roleOf(grants), teamsOf(grants)]).toEqual(['admin', ['web']]);
  });
});

describe('the role of a person', () => {
  const governed = ['role:admin', 'role:auditor'];
  it.each([
    ['member', undefined, 'member'],
    ['admin', undefined, 'member'],
    ['owner', undefined, 'owner'],
    ['member', 'admin', 'admin'],
    ['admin', 'auditor', 'auditor'],
    ['owner', 'admin', 'owner'],
  ] as const)('%s, given %s, becomes %s', (now, given, then) => {
    expect(decideRole(now, given, governed)).toBe(then);
  });
});

it('keeps teams given by hand, and takes back those of mappings', () => {
  expect(decideTeams(['by-hand', 'ops'], ['web'], ['team:ops', 'team:web'])).toEqual(['by-hand', 'web']);
});
