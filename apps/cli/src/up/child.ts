/** Entry of a child of `up`: serves its parent's calls until the parent is gone, then ends, whatever became of the parent. */

import { serveCalls } from './calls.ts';

/** What still runs so long after the parent's end hangs; the parent is no longer there to kill it. */
const STOP_LIMIT_MS = 5_000;

export async function runChild(name: string): Promise<void> {
  // Ctrl-C reaches the whole process group; the parent ends its children in order.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => process.connected && process.disconnect());
  const service =
    name === 'agent'
      ? (await import('./agent-child.ts')).createAgentService()
      : (await import('./control-plane-child.ts')).createControlPlaneService();
  await serveCalls(service.handlers);
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  await service.stop();
  process.exit(0);
}
