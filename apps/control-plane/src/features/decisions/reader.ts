/** Hands heavy reads to a worker thread, so that a scan never holds announcements up (semantics 12). Leaves the SQL to `reads.ts`. */

import { Worker } from 'node:worker_threads';
import type { DecisionItem, Impact } from '@pullgate/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { Page } from '../../http/page.ts';
import type { ImpactRequest } from '../impact/judge-impact.ts';
import type { ListRequest } from './list-request.ts';

export type ReadTask =
  | { readonly kind: 'list' | 'attempts'; readonly request: ListRequest }
  | {
      readonly kind: 'find';
      readonly organizationId: string;
      readonly id: { readonly logId: number; readonly seq: number };
    }
  | { readonly kind: 'impact'; readonly request: ImpactRequest };

/** Every method throws ControlPlaneError UNAVAILABLE when too much is waiting, or the server stops. */
export interface Reader {
  list(request: ListRequest): Promise<Page<DecisionItem>>;
  listAttempts(request: ListRequest): Promise<Page<DecisionItem>>;
  find(
    organizationId: string,
    id: { readonly logId: number; readonly seq: number },
  ): Promise<DecisionItem | undefined>;
  impact(request: ImpactRequest): Promise<Impact>;
  close(): Promise<void>;
}

/** Reads that may wait; more of them than people look at screens is somebody's loop. */
const MAX_WAITING = 64;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread starts at the first read, and again after it was lost. */
export function createReader(file: string): Reader {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;
  let isClosed = false;
  const lose = (lost: Worker, error: Error) => {
    if (worker !== lost) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./reader-worker.ts', import.meta.url), { workerData: { file } });
    started.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) call?.resolve(result);
      else call?.reject(new Error(error));
    });
    started.on('error', (error: Error) => lose(started, error));
    started.on('exit', () => lose(started, unavailable('the reader has stopped')));
    started.unref();
    return started;
  };
  const ask = <T>(task: ReadTask): Promise<T> => {
    if (isClosed) throw unavailable('the server is stopping');
    if (waiting.size >= MAX_WAITING) throw unavailable('too many reads are waiting');
    worker ??= start();
    lastId += 1;
    const id = lastId;
    const answer = new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
    worker.postMessage({ id, task });
    return answer;
  };
  return {
    list: async (request) => await ask({ kind: 'list', request }),
    listAttempts: async (request) => await ask({ kind: 'attempts', request }),
    find: async (organizationId, id) => await ask({ kind: 'find', organizationId, id }),
    impact: async (request) => await ask({ kind: 'impact', request }),
    close: async () => {
      isClosed = true;
      await worker?.terminate();
    },
  };
}

function unavailable(message: string): ControlPlaneError {
  return new ControlPlaneError('UNAVAILABLE', message, { hint: 'try again in a moment' });
}
