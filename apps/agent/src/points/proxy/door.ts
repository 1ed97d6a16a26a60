/** Lets clients in, up to the limits, and knows who is served. Leaves serving to connection.ts and listening to point.ts. */

import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { serveConnection } from './connection.ts';
import type { ProxyMetrics } from './metrics.ts';
import { answerAndClose, encodeFailure, TOO_MANY } from './reply.ts';
import type { Services } from './services.ts';

export interface Door {
  admit(client: Socket): void;
  /** Resolves when no connection is served any more. */
  empty(): Promise<void>;
  destroy(): void;
}

/** Counts connections, all and by source address, and turns away what is too much. */
export function createDoor(services: Services, metrics: ProxyMetrics, log: Logger): Door {
  const served = new Map<Socket, Promise<void>>();
  const perAddress = new Map<string, number>();
  const { maxConnections, maxConnectionsPerAddress } = services.config;

  function admit(client: Socket): void {
    client.on('error', () => undefined);
    const source = client.remoteAddress ?? '';
    const count = perAddress.get(source) ?? 0;
    if (served.size >= maxConnections || count >= maxConnectionsPerAddress) {
      metrics.limited.inc({ limit: 'connections' });
      answerAndClose(client, encodeFailure(TOO_MANY));
      return;
    }
    perAddress.set(source, count + 1);
    metrics.openConnections.inc();
    served.set(client, serve(client, source));
  }

  async function serve(client: Socket, source: string): Promise<void> {
    try {
      await serveConnection(client, services);
      await closing(client);
    } catch (error) {
      log.error({ err: error }, 'a connection failed unexpectedly');
      client.destroy();
    }
    served.delete(client);
    const count = perAddress.get(source) ?? 1;
    if (count > 1) perAddress.set(source, count - 1);
    else perAddress.delete(source);
    metrics.openConnections.dec();
  }
  return {
    admit,
    async empty() {
      await Promise.all(served.values());
    },
    destroy() {
      for (const client of served.keys()) client.destroy();
    },
  };
}

/** A reset by the client is an end like any other: what waits with `once` would take it for a failure of ours. */
function closing(client: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (client.closed) resolve();
    else client.once('close', () => resolve());
  });
}
