import { expect, test } from 'vitest';
import { type Place, parseGroups, placeOf } from './groups.ts';

const RULES = {
  defaultRole: 'member' as const,
  mappings: [
    { group: 'Payments', teams: ['payments'] },
    { group: 'Platform', teams: ['platform', 'payments'], role: 'admin' as const },
    { group: 'Audit', role: 'auditor' as const },
    { group: 'Bosses', role: 'owner' as const },
  ],
};
const bySso: Place = { role: 'admin', teams: ['payments', 'by-hand'], source: 'sso' };
const byHand: Place = { role: 'admin', teams: ['payments', 'by-hand'], source: 'manual' };

test.each([
  ['a newcomer without groups', [], undefined, 'member', []],
  ['a group that no mapping names', ['payments', 'Other'], undefined, 'member', []],
  ['teams of several groups', ['Payments', 'Platform'], undefined, 'admin', ['payments', 'platform']],
  ['the highest role', ['Audit', 'Platform'], undefined, 'admin', ['payments', 'platform']],
  ['owner, when a mapping says so', ['Bosses', 'Audit'], undefined, 'owner', []],
  ['a group that went takes its role and team', [], bySso, 'member', ['by-hand']],
  ['a lower group lowers', ['Audit'], bySso, 'auditor', ['by-hand']],
  ['what people gave is not lowered', ['Audit'], byHand, 'admin', ['by-hand']],
  ['what people gave is raised', ['Bosses'], byHand, 'owner', ['by-hand']],
  ['a directory gives the role', [], { ...bySso, source: 'scim' }, 'admin', ['by-hand']],
] as const)('%s', (_name, groups, place, role, teams) => {
  expect(placeOf(RULES, groups, place)).toEqual({ role, teams });
});

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  ['a', ['a']],
  [undefined, []],
  [[1, null, 'a', ['b']], ['a']],
  [{ a: 'b' }, []],
])('groups %j', (value, groups) => {
  expect(parseGroups(value)).toEqual(groups);
});
