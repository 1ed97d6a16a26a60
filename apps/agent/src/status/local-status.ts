/** Puts together what the agent says of itself, on its sockets and in its heartbeats. */

import { modeOf } from '@pullgate/policy';
import type { Heartbeat, LocalStatus } from '@pullgate/protocol';
import { AGENT_VERSION } from '../agent-version.ts';
import type { BundleStore } from '../bundle-store/bundle-store.ts';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import type { Clock } from '../clock.ts';
import type { AgentConfig } from '../config.ts';
import type { ConnectionStatus } from '../control-plane/connection.ts';
import type { SpoolStatus } from '../decision-log/spool.ts';
import type { Point } from '../point.ts';
import type { DayCounts } from './day-counts.ts';

export interface StatusSources {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly store: BundleStore;
  readonly offlineMs: () => number;
  readonly connection: () => ConnectionStatus;
  readonly points: () => readonly Point[];
  readonly counts: DayCounts;
  readonly signIn: { mechanism: 'none', allowedOrgs: [], state: 'off' },
    log: () => SpoolStatus;
  readonly engines: () => Heartbeat['engines'];
}

export function toLocalStatus(sources: StatusSources): LocalStatus {
  const { config, store } = sources;
  const snapshot = store.snapshot();
  const rejection = store.rejection();
  return {
    version: AGENT_VERSION,
    machine: { ...config.machine },
    server: config.server,
    organization: {
      slug: config.organization.slug,
      name: snapshot?.policy.organization.name ?? config.organization.name,
      fingerprint: config.fingerprint,
    },
    ...(snapshot === undefined ? {} : { policy: toPolicyStatus(snapshot, sources) }),
    connection: { ...sources.connection() },
    ...(rejection === undefined
      ? {}
      : { rejected: { code: rejection.code, message: rejection.message, at: rejection.at } }),
    points: sources.points().map((point) => {
      const { name, state, detail } = point.status();
      const { allowed, denied } = sources.counts.of(name);
      return { name, state, detail, allowedToday: allowed, deniedToday: denied };
    }),
    log: { ...sources.log() },
  };
}

function toPolicyStatus(
  { policy, compiled, subject }: Snapshot,
  { store, clock, offlineMs }: StatusSources,
): NonNullable<LocalStatus['policy']> {
  const limitS = compiled.document.policyOfflineLimit;
  const leftMs = limitS === undefined ? undefined : Math.round(limitS * 1000 - offlineMs());
  return {
    revision: policy.revision,
    epoch: policy.epoch,
    mode: modeOf(compiled.modes, subject.teams),
    issuedAt: policy.issuedAt,
    takenAt: store.takenAt() ?? 0,
    ...(leftMs === undefined ? {} : { goodUntil: Math.max(0, clock.now() + leftMs) }),
  };
}

export function toHeartbeat({ store, points, log, engines }: StatusSources): Heartbeat {
  const snapshot = store.snapshot();
  const rejection = store.rejection();
  const { assignment } = snapshot ?? {};
  return {
    agentVersion: AGENT_VERSION,
    ...(snapshot === undefined
      ? {}
      : { policy: { epoch: snapshot.policy.epoch, revision: snapshot.policy.revision } }),
    ...(assignment === undefined
      ? {}
      : { assignment: { epoch: assignment.epoch, sequence: assignment.sequence } }),
    ...(rejection === undefined ? {} : { rejected: { code: rejection.code, at: rejection.at } }),
    points: points().map((point) => {
      const { name, state } = point.status();
      return { name, state };
    }),
    engines: engines(),
    log: { ...log() },
  };
}
