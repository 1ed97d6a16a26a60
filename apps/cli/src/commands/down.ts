/** `pullgate down`: ends what `pullgate up` runs, gently, and waits until it has ended. */

import { resolve } from 'node:path';
import type { Command } from '../context.ts';
import { stopInstance } from '../up/instance.ts';

export interface DownOptions {
  readonly dataDir?: string;
}

export const runDown: Command<DownOptions> = async (context, options) => {
  const dataDir = resolve(options.dataDir ?? context.config.stateDir);
  await stopInstance(dataDir);
  context.terminal.out('stopped');
  return 0;
};
