/** Holds the two clocks of the agent as one value, so that tests can move them. */

export interface Clock {
  /** Wall clock: milliseconds since the Unix epoch. People and servers can set it. */
  now(): number;
  /** Milliseconds since some moment; never goes back, stops at a restart. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
