/** Keeps one child running: starts it, and starts it again with a growing pause when it dies. Leaves what "start" means to the caller. */

import type { Child } from './child-process.ts';

export interface Supervised {
  /** The child that runs now. */
  current(): Child;
  /** Ends the child and begins it anew, for changed source. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  readonly name: string;
  readonly spawn: () => Child;
  /** Brings a child that was begun again into service. */
  readonly start: (child: Child) => Promise<void>;
  /** Tells the person, one line. */
  readonly report: (line: string) => void;
}

const FIRST_PAUSE_MS = 500;
/** Long enough to spare the machine, short enough that a mended cause is noticed before the person asks. */
const MAX_PAUSE_MS = 30_000;
/** Who ran this long was well; its next death begins with the short pause again. */
const HEALTHY_AFTER_MS = 60_000;

/** @param first a child that is in service already */
export function supervise(first: Child, options: SupervisorOptions): Supervised {
  const stopping = new AbortController();
  let child = first;
  let isExpected = false;
  let pauseMs = FIRST_PAUSE_MS;
  let beganAt = performance.now();

  const watch = (watched: Child): void => {
    void watched.ended.then((how) => {
      if (stopping.signal.aborted || isExpected || watched !== child) return;
      if (performance.now() - beganAt > HEALTHY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      options.report(`${options.name} ended (${how}); again in ${pauseMs / 1_000} s`);
      schedule();
    });
  };
  const schedule = (): void => {
    const timer = setTimeout(() => void begin(), pauseMs);
    stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  };
  const begin = async (): Promise<void> => {
    const next = options.spawn();
    child = next;
    beganAt = performance.now();
    try {
      await options.start(next);
    } catch (error) {
      if (stopping.signal.aborted) return;
      options.report(
        `${options.name} does not start: ${error instanceof Error ? error.message : String(error)}`,
      );
      isExpected = true;
      await next.stop();
      isExpected = false;
      return schedule();
    }
    options.report(`${options.name} runs again`);
    watch(next);
  };

  watch(first);
  return {
    current: () => child,
    async restart() {
      isExpected = true;
      await child.stop();
      isExpected = false;
      if (!stopping.signal.aborted) await begin();
    },
    async stop() {
      stopping.abort();
      await child.stop();
    },
  };
}
