import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { loadContactRecord } from './contact-record.ts';

const HOUR = 3_600_000;

async function setUp() {
  const path = join(await makeTemporaryDirectory(), 'contact.json');
  const clock = createFakeClock();
  return { path, clock, record: await loadContactRecord(path, clock, clock.now()) };
}

describe('time offline', () => {
  it('begins at the last contact', async () => {
    const { clock, record } = await setUp();
    clock.advance(2 * HOUR);
    expect(record.offlineMs()).toBe(2 * HOUR);
    record.contact();
    expect(record.offlineMs()).toBe(0);
  });

  it('does not shrink when the clock is set back', async () => {
    const { clock, record } = await setUp();
    clock.advance(2 * HOUR);
    clock.setWallClock(clock.now() - 100 * HOUR);
    expect(record.offlineMs()).toBe(2 * HOUR);
  });

  it('counts the sleep of a laptop, which the monotonic clock does not see', async () => {
    const { clock, record } = await setUp();
    clock.setWallClock(clock.now() + 8 * HOUR);
    expect(record.offlineMs()).toBe(8 * HOUR);
  });

  it('goes on over a restart, with the clock set back meanwhile, too', async () => {
    const { path, clock, record } = await setUp();
    clock.advance(2 * HOUR);
    await record.store();
    const later = createFakeClock(clock.now() + HOUR);
    expect((await loadContactRecord(path, later, 0)).offlineMs()).toBe(3 * HOUR);
    const earlier = createFakeClock(clock.now() - 50 * HOUR);
    const restarted = await loadContactRecord(path, earlier, earlier.now());
    earlier.advance(HOUR);
    expect(restarted.offlineMs()).toBe(3 * HOUR);
  });

  it('begins at the fallback when the file is missing or damaged', async () => {
    const { path, clock } = await setUp();
    for (const text of [
      undefined,
      '',
      '{}',
      '{"contactAt":"x","offlineMs":1}',
      '{"contactAt":1,"offlineMs":null}',
    ]) {
      if (text !== undefined) await writeFile(path, text);
      expect((await loadContactRecord(path, clock, clock.now() - HOUR)).offlineMs()).toBe(HOUR);
    }
  });
});
