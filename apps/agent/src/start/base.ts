/** Holds what every part of the agent is started with. */

import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { AgentConfig } from '../config.ts';

export interface Base {
  readonly config: AgentConfig;
  readonly log: Logger;
  readonly clock: Clock;
  /** Takes what must be undone when the agent stops, or a later part does not start. */
  readonly started: AsyncDisposableStack;
}
