/** Sends a comment to every open stream each 15 s by one timer for all, a fifteenth of them each second. */

import { COMMENT, type EventStream } from './event-stream.ts';

/** Semantics 7: a comment each 15 s; spread out, so that 10,000 streams are no burst. */
const SLOTS = 15;
const TICK_MS = 1000;

export interface Pulse {
  /** Returns the function that takes the stream out again. */
  add(stream: EventStream): () => void;
  stop(): void;
}

/** A stream that cannot take even a comment is dropped. */
export function createPulse(): Pulse {
  const slots = Array.from({ length: SLOTS }, () => new Set<EventStream>());
  let next = 0;
  let tick = 0;
  const timer = setInterval(() => {
    tick = (tick + 1) % SLOTS;
    for (const stream of slots[tick] ?? []) if (!stream.send(COMMENT)) stream.drop();
  }, TICK_MS);
  timer.unref();
  return {
    add: (stream) => {
      next = (next + 1) % SLOTS;
      const slot = slots[next];
      slot?.add(stream);
      return () => {
        slot?.delete(stream);
      };
    },
    stop: () => clearInterval(timer),
  };
}
