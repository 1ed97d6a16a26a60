/** The part of the thread that splices tunnels: knows them by id, and counts their bytes. Leaves moving bytes to splice-tunnel.ts. */

import type { Progress, Served } from './event-loop.ts';
import type { Part, PartDependencies } from './event-part.ts';
import type { FromSplicePart, ToSplicePart } from './splice-messages.ts';
import { createPipePool, createSpliceTunnel } from './splice-tunnel.ts';

type MessageOf<Kind extends ToSplicePart['kind']> = Extract<ToSplicePart, { kind: Kind }>;

export function createSplicePart({
  calls,
  loop,
  tell,
}: PartDependencies<FromSplicePart>): Part<ToSplicePart> {
  const pipes = createPipePool(calls);
  const byId = new Map<number, Served>();
  let totals: BigInt64Array = new BigInt64Array(2);
  let idleTimeoutMs = Number.POSITIVE_INFINITY;

  function open(message: MessageOf<'open'>): void {
    const { id, client, target } = message;
    const count = (index: number) => (bytes: number) => void Atomics.add(totals, index, BigInt(bytes));
    const tunnel = createSpliceTunnel(calls, pipes, { ...message, sent: count(0), received: count(1) });
    const close = (): void => {
      byId.delete(id);
      tunnel.close();
      tell({ kind: 'closed', id });
    };
    const served: Served = {
      fds: [client, target],
      advance(): Progress {
        const progress = tunnel.advance();
        if (progress === 'blocked' || progress === 'more') return progress;
        close();
        return 'over';
      },
      patienceMs: () => idleTimeoutMs,
      giveUp: close,
    };
    byId.set(id, served);
    loop.add(served);
  }

  /** Unknown when the tunnel ended by itself meanwhile. */
  function close(served: Served | undefined): void {
    if (served === undefined) return;
    loop.remove(served);
    served.giveUp();
  }

  return {
    take(message) {
      if (message.kind === 'open') open(message);
      else if (message.kind === 'close') close(byId.get(message.id));
      else {
        totals = new BigInt64Array(message.totals);
        idleTimeoutMs = message.idleTimeoutMs;
      }
    },
    closeAll() {
      for (const served of [...byId.values()]) close(served);
    },
    release: () => pipes.close(),
  };
}
