import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

describe('createFakeClock', () => {
  it('stands still until told', () => {
    const { now, monotonicMs } = createFakeClock(1000);
    expect([now(), monotonicMs(), now(), monotonicMs()]).toEqual([1000, 0, 1000, 0]);
  });

  it('moves both clocks when time passes', () => {
    const clock = createFakeClock(1000);
    clock.advance(250);
    expect([clock.now(), clock.monotonicMs()]).toEqual([1250, 250]);
  });

  it('keeps the monotonic clock when the wall clock is set back', () => {
    const clock = createFakeClock(1000);
    clock.advance(250);
    clock.setWallClock(10);
    expect([clock.now(), clock.monotonicMs()]).toEqual([10, 250]);
  });

  it.each([-1, Number.NaN])('refuses to let %s ms pass', (elapsedMs) => {
    expect(() => createFakeClock().advance(elapsedMs)).toThrow(RangeError);
  });
});
