/**
 * Serves the requests of one connection one after another, and ends a connection whose next head takes too long. Leaves what serving
 * means to the caller.
 */

import type { Socket } from 'node:net';

export interface RequestQueue {
  /** Serves behind those that came before; who sends too many ahead loses the connection. `serve` never rejects. */
  push(serve: () => Promise<void>): void;
  /** Whether an answer is owed, so that nothing else may be written. */
  readonly isBusy: boolean;
}

/** No engine sends a request before it has the answer to the one before; a few are for those that could. */
const MAX_WAITING = 16;

/**
 * Who attacks: a client that sends a byte now and then, or thousands of requests in one write, to hold what the agent has few of.
 *
 * @param headTimeoutMs for a whole head, from the connection's begin or from the answer before
 * @param onAnswered called after each answer
 */
export function createRequestQueue(
  socket: Socket,
  headTimeoutMs: number,
  onAnswered: () => void,
): RequestQueue {
  let open = 0;
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    if (!socket.destroyed) timer = setTimeout(() => socket.destroy(), headTimeoutMs);
  };
  const run = async (serve: () => Promise<void>): Promise<void> => {
    if (!socket.destroyed) await serve();
    open -= 1;
    onAnswered();
    if (open === 0) wait();
  };
  socket.once('close', () => clearTimeout(timer));
  wait();
  return {
    push(serve) {
      clearTimeout(timer);
      open += 1;
      if (open > MAX_WAITING) socket.destroy();
      else last = last.then(() => run(serve));
    },
    get isBusy() {
      return open > 0;
    },
  };
}
