import { parseRegistryHost } from '@pullgate/reference';
import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../test/snapshot-of.ts';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import { createDecider } from './decider.ts';

const clock = createFakeClock();
const hub = { registry: parseRegistryHost('docker.io') };

const deciderOf = (snapshot: Snapshot | undefined, offlineMs = 0) =>
  createDecider({ snapshot: () => snapshot, offlineMs: () => offlineMs, clock, organization: 'acme' });

describe('createDecider', () => {
  it('denies everything without a policy, in the name of the organization', () => {
    const decision = deciderOf(undefined).decide('proxy', hub);
    expect(decision).toMatchObject({
      verdict: 'deny',
      effect: 'refuse',
      reason: 'POLICY_MISSING',
      revision: 0,
    });
    expect(decision.message).toContain('acme');
  });

  it.each(['off', 'observe', 'enforce'] as const)(
    'denies in mode %s once the offline limit has passed',
    (mode) => {
      const snapshot = snapshotOf({ policyOfflineLimit: 60, mode: { default: mode, teams: {} } });
      expect(deciderOf(snapshot, 60_000).decide('proxy', hub).effect).toBe('forward');
      expect(deciderOf(snapshot, 60_001).decide('proxy', hub)).toMatchObject({
        effect: 'refuse',
        reason: 'POLICY_EXPIRED',
        revision: 3,
      });
    },
  );

  it('goes on for ever without an offline limit', () => {
    expect(deciderOf(snapshotOf({}), Number.MAX_SAFE_INTEGER).decide('proxy', hub).effect).toBe('forward');
  });

  it('lets a grant pass until it expires', () => {
    const expiresAt = clock.now() + 1_000;
    const grants = [
      { id: 'g1', registry: 'ghcr.io', actions: ['pull', 'push', 'delete', 'catalog'] as const, expiresAt },
    ];
    const decider = deciderOf(snapshotOf({}, { grants }));
    const ghcr = { registry: parseRegistryHost('ghcr.io') };
    expect(decider.decide('proxy', ghcr).reason).toBe('GRANT_ALLOWED');
    clock.advance(2_000);
    expect(decider.decide('proxy', ghcr).effect).toBe('refuse');
  });

  it('counts no deeper point: rules that need one deny', () => {
    const registries = [{ id: 'hub', registry: 'docker.io', allow: ['pull'] as const }];
    expect(deciderOf(snapshotOf({ registries })).decide('proxy', hub).reason).toBe('DEPTH_UNAVAILABLE');
  });

  it('words what points find themselves, and softens it in no mode', () => {
    const decider = deciderOf(snapshotOf({ mode: { default: 'observe', teams: {} } }));
    const decision = decider.refuse('proxy', 'ADDRESS_REFUSED', '127.0.0.1');
    expect(decision).toMatchObject({
      verdict: 'deny',
      effect: 'refuse',
      reason: 'ADDRESS_REFUSED',
      mode: 'observe',
    });
    expect(decision.message).toContain('Ask in #platform');
  });

  it.each([
    ['127.0.0.1', true],
    ['10.77.0.255', true],
    ['10.77.1.0', false],
    ['127.0.0.2', false],
    ['::1', false],
    ['localhost', false],
    ['', false],
  ])('opens the address %s: %s', (address, expected) => {
    expect(deciderOf(snapshotOf({})).allowsAddress(address)).toBe(expected);
    expect(deciderOf(undefined).allowsAddress(address)).toBe(false);
  });
});
