/** The thread in which a proxy auto-configuration runs; `pac.ts` ends it when it takes too long. */

import { parentPort, workerData } from 'node:worker_threads';
import { createPacResolver } from 'pac-resolver';
import { QuickJS } from 'quickjs-wasi';

const MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;

const { script, url } = workerData as { readonly script: string; readonly url: string };
try {
  const machine = await QuickJS.create({ memoryLimit: MEMORY_LIMIT_BYTES });
  const find = createPacResolver(machine, script, { sandbox: { alert: () => undefined } });
  parentPort?.postMessage({ answer: String(await find(url)) });
} catch (error) {
  parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
}
