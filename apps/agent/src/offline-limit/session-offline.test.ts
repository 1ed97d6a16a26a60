import { join } from 'node:path';
import { parseRegistryHost } from '@pullgate/reference';
import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import { sessionOfUid, snapshotOf } from '../../test/snapshot-of.ts';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import type { ConnectionState } from '../control-plane/connection.ts';
import { createDecider } from '../decider/decider.ts';
import { loadContactRecord } from './contact-record.ts';
import { createSessionOffline } from './session-offline.ts';

const DAY = 86_400_000;
const snapshot = snapshotOf({}, { holder: { id: 'u1' }, sessions: [sessionOfUid(1000)] });

async function setUp() {
  const path = join(await makeTemporaryDirectory(), 'contact.json');
  const clock = createFakeClock();
  const record = await loadContactRecord(path, clock, clock.now());
  const connection: { state: ConnectionState } = { state: 'offline' };
  const machine = { isRevoked: false };
  const isSignedIn = (offlineMs = record.offlineMs, now = clock) => {
    const sessionOfflineMs = createSessionOffline({
      connection: () => connection,
      offlineMs,
      isRevoked: () => machine.isRevoked,
    });
    const required = () => ({ mechanism: 'registry.json', allowedOrgs: ['acme'] });
    const decider = createDecider({
      snapshot: () => snapshot,
      offlineMs,
      sessionOfflineMs,
      clock: now,
      organization: 'acme',
      required,
    });
    return decider.decide('proxy', { registry: parseRegistryHost('docker.io') }).effect === 'forward';
  };
  return { path, clock, record, connection, machine, isSignedIn };
}

describe('a session without the control plane', () => {
  it('is good for its limit, and no longer', async () => {
    const { clock, isSignedIn } = await setUp();
    clock.advance(7 * DAY);
    expect(isSignedIn()).toBe(true);
    clock.advance(1);
    expect(isSignedIn()).toBe(false);
  });

  it('lasts no longer for a clock set back, nor for a restart', async () => {
    const { path, clock, record, isSignedIn } = await setUp();
    clock.advance(7 * DAY);
    clock.setWallClock(clock.now() - 100 * DAY);
    await record.store();
    const restarted = createFakeClock(clock.now());
    const { offlineMs } = await loadContactRecord(path, restarted, 0);
    expect(isSignedIn(offlineMs, restarted)).toBe(true);
    restarted.advance(1);
    expect(isSignedIn(offlineMs, restarted)).toBe(false);
  });

  it('counts sleep', async () => {
    const { clock, isSignedIn } = await setUp();
    clock.setWallClock(clock.now() + 8 * DAY);
    expect(isSignedIn()).toBe(false);
  });

  it('comes back with the control plane', async () => {
    const { clock, record, connection, isSignedIn } = await setUp();
    clock.advance(30 * DAY);
    expect(isSignedIn()).toBe(false);
    connection.state = 'connected';
    record.contact();
    expect(isSignedIn()).toBe(true);
  });

  it('ends when the machine is revoked', async () => {
    const { connection, machine, isSignedIn } = await setUp();
    connection.state = 'connected';
    machine.isRevoked = true;
    expect(isSignedIn()).toBe(false);
  });

  it('does not end by a clock set forward while the control plane answers', async () => {
    const { clock, connection, isSignedIn } = await setUp();
    connection.state = 'connected';
    clock.setWallClock(clock.now() + 30 * DAY);
    expect(isSignedIn()).toBe(true);
  });
});
