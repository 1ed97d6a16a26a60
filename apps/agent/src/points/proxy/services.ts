/** What the parts of the proxy point share: configuration, judge, dialer, relay, and where events go. Holds no behaviour. */

import type { Dialer } from '../../egress/dial.ts';
import type { OpenConnections } from '../../egress/open-connections.ts';
import type { Decider, Inspection } from '../../point.ts';
import type { Recognizer } from '../../recognition/recognizer.ts';
import type { PeerUid } from '../../subjects/peer-uid.ts';
import type { ProxyConfig } from './config.ts';
import type { Judgement } from './query.ts';
import type { Relay } from './relay.ts';

/** What serving a connection needs and tells. */
export interface Services {
  readonly config: ProxyConfig;
  /** Of the whole point; while a connection is served, the one that judges for its user. */
  readonly decider: Decider;
  readonly peerUid: PeerUid;
  readonly dialer: Dialer;
  readonly relay: Relay;
  readonly open: OpenConnections;
  readonly inspection: Inspection | undefined;
  readonly recognizer: Recognizer;
  /** Whose process opened the connection that is served; undefined where it cannot be told. */
  readonly uid: number | undefined;
  readonly note: Notes;
  /** Aborted when the point stops and its patience is over. */
  readonly stopped: AbortSignal;
  /** Aborted when the point begins to stop: connections that wait for a request end. */
  readonly stopping: AbortSignal;
}

/** Where events go: the decision log, metrics and log lines. */
export interface Notes {
  judged(judgement: Judgement, uid?: number): void;
  /** A connection that was allowed is ended by this refusal. */
  ended(refusal: Judgement, uid?: number): void;
  malformed(problem: string, uid?: number): void;
  failed(kind: string, message: string): void;
  limited(limit: string): void;
  moved(direction: 'sent' | 'received', bytes: number): void;
  tunnel(run: () => Promise<void>): Promise<void>;
}
