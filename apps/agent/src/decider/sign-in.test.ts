import { parseRegistryHost } from '@pullgate/reference';
import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import { sessionOfUid, snapshotOf } from '../../test/snapshot-of.ts';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import { NOT_REQUIRED, type RequiredSignIn } from '../sign-in-required/required.ts';
import { createDecider } from './decider.ts';

const clock = createFakeClock();
const hub = { registry: parseRegistryHost('docker.io') };
const WEEK_MS = 604_800_000;
const place = '/etc/pullgate/registry.json';
const acme: RequiredSignIn = { mechanism: 'registry.json', place, allowedOrgs: ['acme'] };
const shouted: RequiredSignIn = { ...acme, allowedOrgs: ['ACME', 'globex'] };
const broken: RequiredSignIn = { ...acme, allowedOrgs: [], problem: 'allowedOrgs: expected a list' };
const presence: RequiredSignIn = { mechanism: 'admin-settings', allowedOrgs: [] };

const holder = { id: 'u1' };
const own = sessionOfUid(1000);
const stranger = sessionOfUid(1001, {
  user: { id: 'u2', email: 'b@globex.example' },
  organizations: ['globex'],
});
const colleague = sessionOfUid(1002, { user: { id: 'u3', email: 'c@acme.example' } });

const deciderOf = (snapshot: Snapshot | undefined, required: RequiredSignIn, offlineMs = 0) =>
  createDecider({
    snapshot: () => snapshot,
    offlineMs: () => offlineMs,
    clock,
    organization: 'acme',
    required: () => required,
  });

describe('enforced sign-in', () => {
  const signedIn = snapshotOf({}, { holder, sessions: [own, stranger, colleague] });
  const nobody = snapshotOf({}, { holder });
  const othersOnly = snapshotOf({}, { holder, sessions: [stranger, colleague] });
  const noHolder = snapshotOf({}, { sessions: [colleague] });
  const wrongHolder = snapshotOf({}, { holder: { id: 'u2' }, sessions: [stranger, colleague] });
  const substring = snapshotOf(
    {},
    { holder, sessions: [sessionOfUid(1000, { organizations: ['acme-labs', 'ac'] })] },
  );

  it.each([
    ['nothing enforces', NOT_REQUIRED, nobody, 0, 'RULE_ALLOWED'],
    ['the holder is signed in', acme, signedIn, 0, 'RULE_ALLOWED'],
    ['the uid cannot be told', acme, signedIn, undefined, 'RULE_ALLOWED'],
    ['in other letters', shouted, signedIn, 0, 'RULE_ALLOWED'],
    ['a mechanism names nobody', presence, signedIn, 0, 'RULE_ALLOWED'],
    ['a mechanism names nobody, and another is in', presence, signedIn, 1001, 'WRONG_ORGANIZATION'],
    ['nobody is', acme, nobody, 0, 'SIGN_IN_REQUIRED'],
    ['others are, not the holder', acme, othersOnly, 0, 'SIGN_IN_REQUIRED'],
    ['there is no holder', acme, noHolder, 0, 'SIGN_IN_REQUIRED'],
    ['the holder is of another organization', acme, wrongHolder, 0, 'WRONG_ORGANIZATION'],
    ['a name only resembles', acme, substring, 0, 'WRONG_ORGANIZATION'],
    ['one asks for oneself', acme, signedIn, 1000, 'RULE_ALLOWED'],
    ['a colleague asks', acme, signedIn, 1002, 'RULE_ALLOWED'],
    ['a stranger asks', acme, signedIn, 1001, 'WRONG_ORGANIZATION'],
    ['a stranger is allowed', shouted, signedIn, 1001, 'RULE_ALLOWED'],
    ['a uid without a session asks', acme, signedIn, 4242, 'SIGN_IN_REQUIRED'],
    ['the mechanism is broken', broken, signedIn, 1000, 'SIGN_IN_REQUIRED'],
  ] as const)('when %s', (_name, required, snapshot, uid, reason) => {
    const decision = deciderOf(snapshot, required).asking(uid).decide('proxy', hub);
    expect(decision).toMatchObject({ reason, effect: reason === 'RULE_ALLOWED' ? 'forward' : 'refuse' });
  });

  it.each([
    ['off', 'MODE_OFF', 'forward'],
    ['observe', 'SIGN_IN_REQUIRED', 'forward'],
    ['enforce', 'SIGN_IN_REQUIRED', 'refuse'],
  ] as const)('in mode %s gives %s and %s', (mode, reason, effect) => {
    const snapshot = snapshotOf({ mode: { default: mode, teams: {} } }, { holder });
    expect(deciderOf(snapshot, acme).decide('proxy', hub)).toMatchObject({ reason, effect });
  });

  it('names organizations, mechanism and command, and no person', () => {
    const wrong = deciderOf(signedIn, acme).asking(1001).decide('proxy', hub).message;
    expect(wrong).toContain('signed in to globex, but this machine requires acme');
    expect(wrong).toContain(place);
    expect(wrong).not.toContain('b@');
    const { message } = deciderOf(signedIn, broken).decide('proxy', hub);
    expect(message).toContain(place);
    expect(message).toContain('expected a list');
  });

  it('comes after what no mode softens, and before the policy', () => {
    const quay = { registry: parseRegistryHost('ghcr.io') };
    expect(deciderOf(undefined, acme).decide('proxy', hub).reason).toBe('POLICY_MISSING');
    const limited = snapshotOf({ policyOfflineLimit: 60 }, { holder });
    expect(deciderOf(limited, acme, 60_001).decide('proxy', hub).reason).toBe('POLICY_EXPIRED');
    expect(deciderOf(limited, acme).decide('proxy', quay).reason).toBe('SIGN_IN_REQUIRED');
    expect(deciderOf(limited, acme).refuse('proxy', 'ADDRESS_REFUSED', '::1').reason).toBe('ADDRESS_REFUSED');
  });

  it('on a revoked machine nobody acts for anybody, its holder neither', () => {
    const ofTeam = snapshotOf({}, { holder, teams: ['platform'], sessions: [own] });
    const quay = { registry: parseRegistryHost('quay.io') };
    const reasonWhen = (isRevoked: boolean, uid: number) => {
      const options = { snapshot: () => ofTeam, offlineMs: () => 0, clock, organization: 'acme' };
      const decider = createDecider({ ...options, isRevoked: () => isRevoked });
      return decider.asking(uid).decide('proxy', quay).reason;
    };
    expect(reasonWhen(false, 0)).toBe('RULE_ALLOWED');
    for (const uid of [0, 1000]) expect(reasonWhen(true, uid)).toBe('TEAM_NOT_ALLOWED');
  });

  it('ends with the offline limit of sessions, for the holder and for everybody', () => {
    for (const uid of [0, undefined, 1000]) {
      const at = (offlineMs: number) =>
        deciderOf(signedIn, acme, offlineMs).asking(uid).decide('proxy', hub).reason;
      expect([at(WEEK_MS), at(WEEK_MS + 1)]).toEqual(['RULE_ALLOWED', 'SIGN_IN_REQUIRED']);
    }
  });
});
