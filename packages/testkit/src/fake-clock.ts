/** A clock that moves only when told. Leaves timers to the test runner. */

export interface FakeClock {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds on a clock that never goes back, whatever happens to the wall clock. */
  readonly monotonicMs: () => number;
  /** Time passes on both clocks. */
  readonly advance: (elapsedMs: number) => void;
  /** Somebody sets the wall clock, forward or back; the monotonic clock does not notice. */
  readonly setWallClock: (epochMs: number) => void;
}

/** 2026-01-01T00:00:00Z: a date in the past of every test run, with no leap day or clock change near it. */
const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

/** The functions may be passed on without their object. @throws RangeError when time is told to pass backwards. */
export function createFakeClock(startMs: number = DEFAULT_START_MS): FakeClock {
  let wallMs = startMs;
  let monotonicMs = 0;
  return {
    now: () => wallMs,
    monotonicMs: () => monotonicMs,
    advance: (elapsedMs) => {
      if (!(elapsedMs >= 0)) throw new RangeError(`time passes forward only, got ${elapsedMs} ms`);
      wallMs += elapsedMs;
      monotonicMs += elapsedMs;
    },
    setWallClock: (epochMs) => {
      wallMs = epochMs;
    },
  };
}
