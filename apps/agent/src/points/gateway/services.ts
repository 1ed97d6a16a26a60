/** What the parts of the gateway point share. Holds no behaviour. */

import type { RegistryHost } from '@pullgate/reference';
import type { Authority } from '@pullgate/wire';
import type { Logger } from 'pino';
import type { OpenConnections } from '../../egress/open-connections.ts';
import type { Decider, DecisionEntry, SeenHosts } from '../../point.ts';
import type { HostCertificate } from './certificates.ts';
import type { GatewayConfig } from './config.ts';
import type { HeldBodies } from './held-bodies.ts';
import type { HeldBytes } from './hold-manifest.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { RegistryPool } from './registry-pool.ts';
import type { TagMemory } from './tag-memory.ts';
import type { TlsLayer } from './tls.ts';
import type { TokenPaths } from './token-paths.ts';
import type { UploadMemory } from './upload-memory.ts';

export interface Services {
  readonly config: GatewayConfig;
  readonly pool: RegistryPool;
  readonly tls: TlsLayer;
  /** Where TLS can move bodies by itself. */
  readonly bodies: HeldBodies | undefined;
  readonly open: OpenConnections;
  readonly tags: TagMemory;
  readonly uploads: UploadMemory;
  /** Of manifests that registries send, and of those that clients put: neither takes the other's room. */
  readonly held: { readonly pulled: HeldBytes; readonly put: HeldBytes };
  readonly tokenPaths: TokenPaths;
  readonly seenHosts: SeenHosts | undefined;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
  readonly note: Notes;
}

/** One inspected tunnel, as its requests see it. */
export interface Session {
  readonly target: Authority;
  readonly registry: RegistryHost;
  readonly decider: Decider;
  readonly uid: number | undefined;
  /** Ends the connection so that what was begun looks cut, whatever delimits it. */
  reset(): void;
  readonly certificate: HostCertificate;
  /** See AcceptedTls. */
  readonly lane: number;
}

/** Where events go: the decision log, metrics and log lines. */
export interface Notes {
  judged(entry: DecisionEntry, uid: number | undefined): void;
  /** A request that was allowed is ended by this refusal. */
  ended(entry: DecisionEntry, uid: number | undefined): void;
  failed(kind: string, message: string): void;
}
