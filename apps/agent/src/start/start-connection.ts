/** Makes the agent's ways to its control plane: the client, the connection that keeps in touch, the log that sends decisions. */

import { join } from 'node:path';
import type { PrivateJwk } from '@pullgate/bundle';
import type { Heartbeat } from '@pullgate/protocol';
import type { BundleStore } from '../bundle-store/bundle-store.ts';
import { type ControlPlaneClient, createControlPlaneClient } from '../control-plane/client.ts';
import { type Connection, type ConnectionTimings, createConnection } from '../control-plane/connection.ts';
import { createDocumentTaker } from '../control-plane/document-taker.ts';
import type { Revocation } from '../control-plane/revocation.ts';
import { createTransport } from '../control-plane/transport.ts';
import { createDecisionLog, type DecisionLog } from '../decision-log/decision-log.ts';
import { subjectOf } from '../subjects/subject-of.ts';
import type { Base } from './base.ts';

export function createClient({ config, clock, started }: Base, key: PrivateJwk): ControlPlaneClient {
  const transport = createTransport(config);
  started.defer(() => transport.close());
  return createControlPlaneClient({
    transport,
    server: config.server,
    machineId: config.machine.id,
    key,
    clock,
  });
}

export async function startDecisionLog(
  { config, log, clock, started }: Base,
  store: BundleStore,
  client: ControlPlaneClient,
): Promise<DecisionLog> {
  const decisions = await createDecisionLog({
    dir: join(config.paths.dataDir, 'spool'),
    maxBytes: config.spoolMaxBytes,
    clock,
    log: log.child({ component: 'decision-log' }),
    user: (uid) => {
      const snapshot = store.snapshot();
      // A record names who was signed in, also past the offline limit: that is about rights, not about who it was.
      return snapshot === undefined ? undefined : subjectOf(snapshot, uid, false).user;
    },
    send: client.sendDecisions,
  });
  started.defer(() => decisions.stop());
  return decisions;
}

export interface AgentConnectionParts extends Base {
  readonly client: ControlPlaneClient;
  readonly store: BundleStore;
  readonly timings: Partial<ConnectionTimings>;
  readonly onContact: () => void;
  readonly heartbeat: () => Heartbeat;
  readonly revocation: Revocation;
}

/** Connects to nothing before its `start`. */
export function createAgentConnection({ store, log, ...parts }: AgentConnectionParts): Connection {
  const taker = createDocumentTaker(store, () => connection.announceState());
  const connection = createConnection({
    ...parts,
    log: log.child({ component: 'control-plane' }),
    takeDocument: taker.take,
    etagOf: taker.etagOf,
  });
  return connection;
}
