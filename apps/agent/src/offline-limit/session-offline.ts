/**
 * Counts time offline for sessions. While the control plane answers there is none, whatever the clocks say: somebody who sets
 * the clock a month ahead must not sign everybody out until the next heartbeat. On a machine that was revoked they are past any
 * limit: its organization tells it of no sign-out any more.
 */

import type { ConnectionStatus } from '../control-plane/connection.ts';

export interface SessionOfflineOptions {
  readonly connection: () => Pick<ConnectionStatus, 'state'>;
  readonly offlineMs: () => number;
  readonly isRevoked: () => boolean;
}

/** A connection that is gone is found out within a heartbeat and a time-out; from then on both clocks count again. */
export function createSessionOffline(options: SessionOfflineOptions): () => number {
  const { connection, offlineMs, isRevoked } = options;
  return () => {
    if (isRevoked()) return Number.POSITIVE_INFINITY;
    return connection().state === 'connected' ? 0 : offlineMs();
  };
}
