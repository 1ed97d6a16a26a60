/** Puts together what the agent says of itself, on its sockets and in its heartbeats. */

import { modeOf } from '@pullgate/policy';
import type { Heartbeat, LocalStatus, SignInReport } from '@pullgate/protocol';
import { AGENT_VERSION } from '../agent-version.ts';
import type { BundleStore } from '../bundle-store/bundle-store.ts';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import type { Clock } from '../clock.ts';
import type { AgentConfig } from '../config.ts';
import type { ConnectionStatus } from '../control-plane/connection.ts';
import type { AgentDecider } from '../decider/decider.ts';
import type { SpoolStatus } from '../decision-log/spool.ts';
import type { Point } from '../point.ts';
import type { RequiredSignIn } from '../sign-in-required/required.ts';
import { sessionOf } from '../subjects/subject-of.ts';
import type { DayCounts } from './day-counts.ts';

export interface StatusSources {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly store: BundleStore;
  readonly offlineMs: () => number;
  readonly sessionOfflineMs: () => number;
  readonly connection: () => ConnectionStatus;
  readonly points: () => readonly Point[];
  readonly counts: DayCounts;
  readonly log: () => SpoolStatus;
  readonly required: () => RequiredSignIn;
  readonly decider: AgentDecider;
  readonly engines: () => Heartbeat['engines'];
}

/** What the uid that asks may see: its own session, and whether it satisfies what enforces sign-in. */
export function toLocalStatus(sources: StatusSources, uid: number | undefined): LocalStatus {
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
    connection: toConnection(sources.connection()),
    ...(rejection === undefined
      ? {}
      : { rejected: { code: rejection.code, message: rejection.message, at: rejection.at } }),
    points: sources.points().map((point) => {
      const { name, state, detail } = point.status();
      const { allowed, denied } = sources.counts.of(name);
      return { name, state, detail, allowedToday: allowed, deniedToday: denied };
    }),
    log: { ...sources.log() },
    signIn: { ...toSignInReport(sources, uid), ...toOwnSession(sources, uid) },
  };
}

function toSignInReport({ required, decider }: StatusSources, uid: number | undefined): SignInReport {
  const { mechanism, place, allowedOrgs, problem } = required();
  const enforced = mechanism !== 'none';
  const lacking = enforced && decider.asking(uid).signInDenial() !== undefined;
  return {
    mechanism: mechanism.slice(0, 64),
    allowedOrgs: allowedOrgs.slice(0, 100).map((slug) => slug.slice(0, 64)),
    ...(place === undefined ? {} : { place: place.slice(0, 512) }),
    ...(problem === undefined ? {} : { problem: problem.slice(0, 512) }),
    state: lacking ? 'required' : enforced ? 'satisfied' : 'off',
  };
}

function toOwnSession(
  { store, clock, sessionOfflineMs }: StatusSources,
  uid: number | undefined,
): Pick<LocalStatus['signIn'], 'session'> {
  const snapshot = store.snapshot();
  const session = snapshot === undefined || uid === undefined ? undefined : sessionOf(snapshot, uid);
  if (snapshot === undefined || session === undefined) return {};
  const leftMs = Math.round(snapshot.compiled.document.sessionOfflineLimit * 1000 - sessionOfflineMs());
  return {
    session: {
      email: session.user.email,
      organizations: [...session.organizations],
      teams: [...session.teams],
      since: session.since,
      goodUntil: Math.max(0, clock.now() + leftMs),
      expired: leftMs < 0,
    },
  };
}

function toConnection({ state, since, error }: ConnectionStatus): LocalStatus['connection'] {
  return { state, since, ...(error === undefined ? {} : { error }) };
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
    ...(policy.catalogVersion === undefined ? {} : { catalog: policy.catalogVersion }),
    issuedAt: policy.issuedAt,
    takenAt: store.takenAt() ?? 0,
    ...(leftMs === undefined ? {} : { goodUntil: Math.max(0, clock.now() + leftMs) }),
  };
}

export function toHeartbeat(sources: StatusSources): Heartbeat {
  const { store, points, log, engines } = sources;
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
    signIn: toSignInReport(sources, undefined),
    log: { ...log() },
  };
}
