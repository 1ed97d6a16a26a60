/** Waits for events of many descriptors at once (epoll(7)) and advances whom they belong to. Leaves what is moved to the parts of the thread. */

import type { Syscalls } from './syscalls.ts';

/** `blocked`: nothing moves until the next event. `more`: others' turn, then again. `over`: its descriptors are closed. */
export type Progress = 'blocked' | 'more' | 'over';

/** What is served: some descriptors, and how to go on with them. */
export interface Served {
  readonly fds: readonly number[];
  /** Moves what can be moved, within bounds. */
  advance(): Progress;
  /** How long nothing may move before it is given up. */
  patienceMs(): number;
  /** Closes its descriptors; called when it stood still too long, or could not be watched. */
  giveUp(): void;
}

export interface EventLoop {
  /** Watches its descriptors, and advances it soon. Gives it up where they cannot be watched. */
  add(served: Served): void;
  /** Advances it soon; nothing where it is not served any more. */
  wake(served: Served): void;
  /** To be called before its descriptors are closed, lest they are taken for another's that has the same numbers. */
  remove(served: Served): void;
  /** Runs until nobody is served; without any, the thread sleeps in node's own loop until the next message. */
  run(): void;
}

/** So long may a wait last: the thread must come back to be ended, and who stands still must be seen. */
const MAX_WAIT_MS = 500;

export interface EventLoopOptions {
  readonly calls: Syscalls;
  readonly epoll: number;
  /** An eventfd. */
  readonly wake: number;
  /** Called when `wake` was written. */
  readonly onWake: () => void;
}

export function createEventLoop({ calls, epoll, wake, onWake }: EventLoopOptions): EventLoop {
  const byFd = new Map<number, Served>();
  /** With the moment when it was advanced last. */
  const all = new Map<Served, number>();
  const ready = new Set<Served>();
  calls.epollAdd(epoll, wake);

  function add(served: Served): void {
    all.set(served, Date.now());
    for (const fd of served.fds) byFd.set(fd, served);
    ready.add(served);
    if (served.fds.some((fd) => calls.epollAdd(epoll, fd) < 0)) giveUp(served);
  }

  function remove(served: Served): void {
    for (const fd of served.fds) if (byFd.get(fd) === served) byFd.delete(fd);
    all.delete(served);
    ready.delete(served);
  }

  function giveUp(served: Served): void {
    remove(served);
    served.giveUp();
  }

  function advance(served: Served): void {
    all.set(served, Date.now());
    const progress = served.advance();
    if (progress === 'over') remove(served);
    else if (progress === 'blocked') ready.delete(served);
  }

  function giveUpStalled(): void {
    const now = Date.now();
    for (const [served, activeAt] of [...all]) if (now - activeAt > served.patienceMs()) giveUp(served);
  }

  function run(): void {
    let sweptAt = Date.now();
    while (all.size > 0) {
      calls.epollWait(epoll, ready.size > 0 ? 0 : MAX_WAIT_MS, (fd) => {
        const served = byFd.get(fd);
        if (served !== undefined) ready.add(served);
        else if (fd === wake) onWake();
      });
      for (const served of [...ready]) if (ready.has(served)) advance(served);
      if (Date.now() - sweptAt < MAX_WAIT_MS) continue;
      sweptAt = Date.now();
      giveUpStalled();
    }
  }

  return {
    add,
    wake(served) {
      if (all.has(served)) ready.add(served);
    },
    remove,
    run,
  };
}
