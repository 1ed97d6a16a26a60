/**
 * Recognizes registries by their protocol: asks a host that nobody knows once, and remembers what it answered. Leaves asking to
 * `ask-registry.ts`, and what follows to the policy.
 */

import { type Authority, formatAuthority } from '@pullgate/wire';
import type { Clock } from '../clock.ts';
import type { AskedRegistry, AskRegistry } from './ask-registry.ts';

export interface Recognizer {
  /** Asks where nothing is remembered; takes at most {@link MAX_WAIT_MS}, and never rejects. */
  isRegistry(target: Authority): Promise<boolean>;
  /** Whether it is remembered as a registry, without asking. */
  knows(target: Authority): boolean;
}

export interface RecognizerOptions {
  readonly ask: AskRegistry;
  readonly clock: Clock;
  /** Told what each question came to. */
  readonly told?: (answer: AskedRegistry) => void;
}

/** What the first connection to a host is held at most (semantics 10). */
export const MAX_WAIT_MS = 2000;

/** Hosts change what they are rarely; one that did not answer may have been starting. */
const KEPT_MS: Readonly<Record<AskedRegistry, number>> = {
  registry: 3_600_000,
  other: 600_000,
  unanswered: 60_000,
};

/** Builds fetch from some dozen hosts; a client that names ever new ones pushes out the oldest, and is asked again for them. */
const MAX_HOSTS = 4096;

interface Remembered {
  readonly answer: AskedRegistry;
  readonly untilMs: number;
}

export function createRecognizer({ ask, clock, told = () => undefined }: RecognizerOptions): Recognizer {
  const remembered = new Map<string, Remembered>();
  const asking = new Map<string, Promise<AskedRegistry>>();

  function recall(key: string): AskedRegistry | undefined {
    const known = remembered.get(key);
    if (known === undefined || known.untilMs > clock.monotonicMs()) return known?.answer;
    remembered.delete(key);
    return undefined;
  }

  function remember(key: string, answer: AskedRegistry): void {
    remembered.delete(key);
    remembered.set(key, { answer, untilMs: clock.monotonicMs() + KEPT_MS[answer] });
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_HOSTS && oldest !== undefined) remembered.delete(oldest);
  }

  async function question(key: string, target: Authority): Promise<AskedRegistry> {
    const answer = await inTime((signal) => ask(target, signal));
    asking.delete(key);
    remember(key, answer);
    told(answer);
    return answer;
  }

  /** Two that come at once wait for one question. Each is awaited by a connection that the point has counted, so that they are bounded. */
  function askOnce(key: string, target: Authority): Promise<AskedRegistry> {
    const running = asking.get(key);
    if (running !== undefined) return running;
    const started = question(key, target);
    asking.set(key, started);
    return started;
  }

  return {
    isRegistry: async (target) => {
      const key = formatAuthority(target);
      return (recall(key) ?? (await askOnce(key, target))) === 'registry';
    },
    knows: (target) => recall(formatAuthority(target)) === 'registry',
  };
}

/** The question is aborted in time, and not waited for where it does not heed that. */
async function inTime(ask: (signal: AbortSignal) => Promise<AskedRegistry>): Promise<AskedRegistry> {
  const late = new AbortController();
  const { promise, resolve } = Promise.withResolvers<AskedRegistry>();
  const timer = setTimeout(() => {
    late.abort();
    resolve('unanswered');
  }, MAX_WAIT_MS);
  try {
    return await Promise.race([ask(late.signal), promise]);
  } finally {
    clearTimeout(timer);
  }
}
