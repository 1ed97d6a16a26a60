/** The seam between the agent and its enforcement points: what a point is given, and what it must offer. Leaves the points themselves to `points/`. */

import type { Socket } from 'node:net';
import type { AccessQuery, Decision, EnforcementPoint } from '@pullgate/policy';
import type { SeenHostKind } from '@pullgate/protocol';
import type { RegistryHost } from '@pullgate/reference';
import type { Authority } from '@pullgate/wire';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { EventThread } from './linux/event-thread.ts';
import type { PeerUid } from './subjects/peer-uid.ts';

/** What a point asks: it knows what it saw; subject, depth and clock are the decider's. */
export type PointQuery = Omit<AccessQuery, 'subject' | 'now' | 'deeper' | 'point'> & {
  /** True where the asking point itself will see, and ask about, everything below the host; false when left out. */
  readonly deeper?: boolean;
};

/** Judges by the snapshot in force. Synchronous, never throws; a machine without a policy gets `POLICY_MISSING`. */
export interface Decider {
  decide(point: EnforcementPoint, query: PointQuery): Decision;
  /**
   * Judges the host that a registry sent an allowed request on to: denials and blocks hold there, and another registry opens
   * only where it could be asked itself.
   */
  decideHop(point: EnforcementPoint, from: RegistryHost, query: PointQuery): Decision;
  /** Judges by denials alone, for a content whose repository is allowed. */
  decideDenials(point: EnforcementPoint, query: PointQuery): Decision;
  /** Whether the policy's rules on this registry can be held only by a point that sees requests. */
  needsInspection(query: PointQuery): boolean;
  /**
   * A denial that the point itself found (malformed request, refused address), worded and coded like every other.
   * `registry` is what could be told of the target, if anything.
   */
  refuse(
    point: EnforcementPoint,
    reason: 'REQUEST_INVALID' | 'REFERENCE_INVALID' | 'ADDRESS_REFUSED' | 'INSPECTION_FAILED',
    registry?: string,
  ): Decision;
  /** The same judge for one user of this machine: ask once per connection. Undefined where the uid cannot be told. */
  asking(uid: number | undefined): Decider;
  /** Whether the policy names this address (an IP literal) although it is loopback, link-local or metadata. */
  allowsAddress(address: string): boolean;
}

/** What is written down of a decision. `registry` is text, since a malformed target has no parsed one. */
export interface DecisionEntry {
  readonly point: EnforcementPoint;
  readonly depth: 'host' | 'full';
  readonly registry: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly action?: string;
  /** Raw User-Agent; the recorder bounds and cleans it. */
  readonly userAgent?: string;
  /** Whose process asked; absent where it cannot be told. */
  readonly uid?: number;
  readonly decision: Decision;
}

export interface DecisionRecorder {
  /** Queues; never blocks, never throws. Decisions of mode `off` are not to be passed. */
  record(entry: DecisionEntry): void;
}

/** Takes down hosts that a registry uses, so that the owner hears of those that nobody knew. */
export interface SeenHosts {
  /**
   * Takes one sighting down; a host that the policy's profile of the registry has already is left out. Never blocks, never
   * throws, and keeps a bounded number, so that a point may call it for whatever a registry answers.
   *
   * @param host `host[:port]` as the registry named it, without path or credentials
   */
  saw(registry: RegistryHost, host: string, kind: SeenHostKind): void;
}

export interface PointDependencies {
  readonly decider: Decider;
  readonly recorder: DecisionRecorder;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Uid at the other end of a TCP connection, asked at accept; nobody's is known unless given. */
  readonly peerUid?: PeerUid;
  /** Who sees into tunnels; nobody unless given, and then what needs more than the host is denied. */
  readonly inspection?: Inspection;
  /** When to judge what is open again; never unless given. */
  readonly changes?: DecisionChanges;
  /** Where to tell of hosts that a registry sends its clients to; nobody is told unless given. */
  readonly seenHosts?: SeenHosts;
  /** Serve descriptors for all points; each has its own unless given. */
  readonly threads?: readonly EventThread[];
}

/** Sees into tunnels whose rules need more than the host. */
export interface Inspection {
  /** Whether it holds a certificate for this target that the asking user's engines are taken to trust. */
  covers(target: Authority, uid: number | undefined): boolean;
  /** Serves a tunnel to its end. Never rejects. */
  inspect(tunnel: InspectedTunnel): Promise<void>;
}

export interface InspectedTunnel {
  /** Paused. */
  readonly client: Socket;
  /** What the client sent already. */
  readonly early: Uint8Array;
  readonly target: Authority;
  readonly registry: RegistryHost;
  /** Judges for the user whose process asked. */
  readonly decider: Decider;
  readonly uid: number | undefined;
  /** Tells the client that the tunnel stands; to be called before anything else is sent, or awaited of it. */
  establish(): void;
  /** Aborted when the tunnel must end at once. */
  readonly cut: AbortSignal;
}

/** Tells that the decider may judge otherwise than before: something changed, or time passed. */
export interface DecisionChanges {
  /** Calls back in the turn of each change, and every few seconds; returns the call that ends it. */
  onChange(listener: () => void): () => void;
}

export interface PointStatus {
  readonly name: EnforcementPoint;
  readonly state: 'on' | 'off';
  /** For people: where it listens, or why it is off. */
  readonly detail: string;
}

export interface Point {
  /** Resolves when the point enforces; rejects with a coded error (`PORT_TAKEN`, …). */
  start(): Promise<void>;
  /** Refuses new work, lets what runs end within a bounded time, then closes it. */
  stop(): Promise<void>;
  status(): PointStatus;
}
