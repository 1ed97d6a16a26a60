/** Keeps what enforces sign-in at hand: read at the start, again after every change, and every few seconds besides. */

import { type FoundMechanism, resolveSignIn } from '@pullgate/required-sign-in';
import type { Logger } from 'pino';
import { createMechanisms } from './mechanisms.ts';
import type { Mechanisms } from './mechanisms-seam.ts';
import type { RequiredSignIn, RequiredSignInSource } from './required.ts';
import { watchDirectories } from './watch-directories.ts';

/** Watches miss what happens on network file systems and in registries. */
const POLL_MS = 5_000;
/** An editor writes, renames and changes rights in one go. */
const SETTLE_MS = 50;

export interface RequiredSignInOptions {
  /** Slug of the machine's own organization, which a mere presence requires. */
  readonly organization: string;
  readonly log: Logger;
  /** Every file is below it; `/` unless given. */
  readonly root?: string;
  readonly mechanisms?: Mechanisms;
  readonly pollMs?: number;
}

/** Settles once the first reading is done, so that no engine is served before it is known. Never throws. */
export async function watchRequiredSignIn(options: RequiredSignInOptions): Promise<RequiredSignInSource> {
  const { organization, log, root = '/', pollMs = POLL_MS } = options;
  const mechanisms = options.mechanisms ?? createMechanisms({ root });
  const listeners = new Set<(required: RequiredSignIn) => void>();
  let current = await readRequired(mechanisms, organization);
  let isStopped = false;

  const update = async (): Promise<void> => {
    const next = await readRequired(mechanisms, organization);
    if (isStopped || isSame(next, current)) return;
    current = next;
    announce(next, log);
    for (const listener of listeners) listener(next);
  };
  if (current.mechanism !== 'none') announce(current, log);
  const reading = createSerial(update);
  let settling: NodeJS.Timeout | undefined;
  const directories = watchDirectories(mechanisms.files, () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      directories.renew();
      reading.run();
    }, SETTLE_MS).unref();
  });
  const poll = setInterval(() => {
    directories.renew();
    reading.run();
  }, pollMs).unref();

  // Whatever happened between the first reading and the watch.
  reading.run();

  return {
    current: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: async () => {
      isStopped = true;
      clearInterval(poll);
      clearTimeout(settling);
      directories.close();
      await reading.idle();
    },
  };
}

/** In order, and no further than the first that decides: what stands behind it is of no account. */
async function readRequired(mechanisms: Mechanisms, organization: string): Promise<RequiredSignIn> {
  const found: FoundMechanism[] = [];
  for (const mechanism of mechanisms.all) {
    const one = await mechanisms.read(mechanism);
    if (one !== undefined) found.push(one);
    const resolved = resolveSignIn(found, organization);
    if (resolved.mechanism !== 'none') return resolved;
  }
  return resolveSignIn(found, organization);
}

const isSame = (a: RequiredSignIn, b: RequiredSignIn): boolean =>
  a.mechanism === b.mechanism &&
  a.place === b.place &&
  a.problem === b.problem &&
  a.allowedOrgs.join() === b.allowedOrgs.join();

function announce({ mechanism, place, allowedOrgs, problem }: RequiredSignIn, log: Logger): void {
  if (problem === undefined) log.info({ mechanism, place, allowedOrgs }, 'required sign-in is in force');
  else log.error({ mechanism, place, problem }, 'required sign-in cannot be read: nobody satisfies it');
}

/** One run at a time; asked while one goes on, one more follows. */
function createSerial(work: () => Promise<void>): { run(): void; idle(): Promise<void> } {
  let isAsked = false;
  let going: Promise<void> | undefined;
  const go = async (): Promise<void> => {
    while (isAsked) {
      isAsked = false;
      await work();
    }
    going = undefined;
  };
  return {
    run: () => {
      isAsked = true;
      going ??= go();
    },
    idle: () => going ?? Promise.resolve(),
  };
}
