/** `pullgate agent run`: the agent in the foreground, as its service runs it. */

import { resolve } from 'node:path';
import { runAgent } from '@pullgate/agent';
import type { Command } from '../context.ts';
import { waitForSignal } from '../stop-signal.ts';

export interface AgentRunOptions {
  readonly dataDir?: string;
  readonly proxyListen?: string;
  readonly logLevel: string;
}

export const runAgentRun: Command<AgentRunOptions> = async (_context, options) => {
  const stop = waitForSignal();
  const stopping = new AbortController();
  void stop.then(() => stopping.abort());
  const agent = await runAgent({
    signal: stopping.signal,
    ...(options.dataDir === undefined ? {} : { dataDir: resolve(options.dataDir) }),
    ...(options.proxyListen === undefined ? {} : { proxyListen: options.proxyListen }),
    logLevel: options.logLevel,
  });
  await stop;
  await agent.stop();
  return 0;
};
