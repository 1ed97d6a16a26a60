/** Entry of a child of `up`: serves its parent's calls until the parent is gone, then ends, whatever became of the parent. */

import { serveCalls } from './calls.ts';

/** What still runs so long after the parent's end hangs; the parent is no longer there to kill it. */
const STOP_LIMIT_MS = 5_000;
/** A parent that got the same signal ends its children well within this; one that did not will not end this child at all. */
const PARENT_FIRST_MS = 2_000;

export async function runChild(name: string): Promise<void> {
  // Ctrl-C and a closed terminal reach the whole process group, and so does SIGTERM from a service manager or `timeout`:
  // the parent ends its children in order, and takes one that ends before its turn for crashed.
  process.on('SIGINT', () => undefined).on('SIGHUP', () => undefined);
  process.on('SIGTERM', endAfterParent);
  const service =
    name === 'agent'
      ? (await import('./agent-child.ts')).createAgentService()
      : (await import('./control-plane-child.ts')).createControlPlaneService();
  await serveCalls(service.handlers);
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  await service.stop();
  process.exit(0);
}

function endAfterParent(): void {
  setTimeout(() => process.connected && process.disconnect(), PARENT_FIRST_MS).unref();
}
