/** The seam between a thread that serves descriptors and its parts. Leaves the parts to their own modules. */

import type { EventLoop } from './event-loop.ts';
import type { Syscalls } from './syscalls.ts';

/** One use of the thread. */
export interface Part<To> {
  take(message: To): void;
  /** Closes all it has. */
  closeAll(): void;
  /** Frees what it keeps for later. */
  release(): void;
}

/** What a part is made of. */
export interface PartDependencies<From> {
  readonly calls: Syscalls;
  readonly loop: EventLoop;
  readonly tell: (message: From) => void;
  /** Takes what the thread was told in the meantime. */
  readonly catchUp: () => void;
}
