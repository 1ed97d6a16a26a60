import { describe, expect, it } from 'vitest';
import { sessionOfUid, snapshotOf } from '../../test/snapshot-of.ts';
import { NOBODY_UID, toUid } from './peer-uid.ts';
import { subjectOf } from './subject-of.ts';

const holder = { holder: { id: 'u1' }, teams: ['platform'] };
const other = sessionOfUid(1001, { user: { id: 'u2', email: 'b@acme.example' }, teams: ['data'] });
const snapshot = snapshotOf({}, { ...holder, sessions: [other] });

describe('subjectOf', () => {
  it.each([
    ['root', 0, false, { user: 'u1', teams: ['platform'] }],
    ['a uid that cannot be told', undefined, false, { user: 'u1', teams: ['platform'] }],
    ['a person signed in', 1001, false, { user: 'u2', teams: ['data'] }],
    ['a person past the offline limit', 1001, true, { teams: [] }],
    ['the holder past the offline limit', 0, true, { user: 'u1', teams: ['platform'] }],
    ['a uid that nobody signed in under', 1002, false, { teams: [] }],
    ['a peer that let go of its connection', NOBODY_UID, false, { teams: [] }],
  ])('for %s', (_name, uid, expired, expected) => {
    expect(subjectOf(snapshot, uid, expired)).toEqual({ ...expected, machine: 'm1' });
  });

  it('gives rootful engines nothing of a sign-in by another, under whichever uid', () => {
    const asRoot = { ...other, uid: 0 };
    for (const sessions of [[], [other], [asRoot]])
      expect(subjectOf(snapshotOf({}, { ...holder, sessions }), 0, false).teams).toEqual(['platform']);
    expect(subjectOf(snapshotOf({}, { sessions: [asRoot] }), 0, false).teams).toEqual([]);
  });
});

describe('toUid', () => {
  it.each([
    [{ uid: 1001, inode: 7 }, 1001],
    [{ uid: 0, inode: 7 }, 0],
    [{ uid: 0, inode: 0 }, NOBODY_UID],
    [undefined, undefined],
  ])('of %j is %s', (found, expected) => {
    expect(toUid(found)).toBe(expected);
  });
});
