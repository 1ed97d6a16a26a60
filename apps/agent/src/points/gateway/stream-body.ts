/** Moves the bytes of a body from one side to the other with back-pressure. Leaves heads and the ends of messages to the callers. */

import type { Readable, Writable } from 'node:stream';

/**
 * Writes what `from` gives to `to`, and holds `from` while `to` is full. Where a length alone delimits the body, `to` may be the
 * socket itself: node's messages cork every write, and TLS then copies every chunk once more.
 */
export function streamBody(from: Readable, to: Writable): void {
  const resume = (): void => void from.resume();
  const move = (chunk: Buffer): void => {
    if (!to.destroyed && !to.write(chunk)) from.pause();
  };
  to.on('drain', resume);
  from.on('data', move);
  // A socket outlives its messages.
  const stop = (): void => {
    to.off('drain', resume);
    from.off('data', move).off('end', stop).off('close', stop);
    to.off('close', stop);
  };
  from.once('end', stop).once('close', stop);
  to.once('close', stop);
}
