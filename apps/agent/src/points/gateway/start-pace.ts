/** Lets tunnels begin at a pace: so many at once, the others in their order. Leaves what beginning means to the caller. */

export interface StartPace {
  /**
   * Resolves when one more may begin. What it gives is to be called once that one has begun; after a while it counts as begun anyhow.
   * Undefined when the signal came first.
   */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>;
}

/**
 * A thousand pulls that come at once would each hold what a handshake and a request take, all of them until the last is served.
 *
 * @param atOnce how many may be beginning
 * @param patienceMs how long one that is slow to begin holds up the others
 * @param longestMs how long anybody waits
 */
export function createStartPace(atOnce: number, patienceMs: number, longestMs: number): StartPace {
  const waiting = new Set<() => void>();
  let beginning = 0;

  function leave(): void {
    const [next] = waiting;
    if (next === undefined || beginning > atOnce) beginning -= 1;
    else next();
  }

  function admit(): () => void {
    let isBeginning = true;
    const begun = (): void => {
      clearTimeout(timer);
      if (isBeginning) leave();
      isBeginning = false;
    };
    const timer = setTimeout(begun, patienceMs);
    return begun;
  }

  function waitForTurn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (hasTurn: boolean): void => {
        clearTimeout(late);
        waiting.delete(come);
        signal.removeEventListener('abort', giveUp);
        resolve(hasTurn);
      };
      const come = (): void => settle(true);
      const giveUp = (): void => settle(false);
      const late = setTimeout(() => {
        beginning += 1;
        come();
      }, longestMs);
      waiting.add(come);
      signal.addEventListener('abort', giveUp);
    });
  }

  return {
    async enter(signal) {
      if (signal.aborted) return undefined;
      if (beginning < atOnce) beginning += 1;
      else if (!(await waitForTurn(signal))) return undefined;
      return admit();
    },
  };
}
