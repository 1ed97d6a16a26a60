/** How the gateway speaks TLS on both sides: what a way of doing it must offer. Leaves the ways to node-tls.ts and `linux/tls-layer.ts`. */

import type { Socket } from 'node:net';
import type { Authority } from '@pullgate/wire';
import type { HostCertificate } from './certificates.ts';
import type { ClientContext } from './client-contexts.ts';

export interface TlsLayer {
  /**
   * Answers a client's handshake as the host that its tunnel leads to. The socket carries what is inside; it emits `secure` once, or is
   * destroyed with the error of the handshake.
   */
  accept(client: ClientSide): AcceptedTls;
  /**
   * Begins a handshake with a registry. The socket emits `secureConnect` when the registry is who it should be, or is destroyed with what
   * Node.js or OpenSSL found.
   *
   * @throws Error when what the machine keeps for this registry cannot be used
   */
  connect(registry: RegistrySide): Socket;
  /** Moves bodies past this thread; not everywhere. */
  readonly bodies?: BodyMover;
  /** Resolves when it is at its best; what is given to it earlier is served too. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ClientSide {
  /** Paused. Belongs to the layer from here on. */
  readonly client: Socket;
  /** What the client sent already. */
  readonly early: Uint8Array;
  readonly target: Authority;
  readonly certificate: HostCertificate;
}

export interface AcceptedTls {
  readonly socket: Socket;
  /** Which of the layer's threads has it: bodies move only between connections of the same. */
  readonly lane: number;
  /** Ends the connection at once, so that what was cut looks cut. */
  reset(): void;
  /** Bytes from and to the client; those of TLS may be among them. */
  totals(): { readonly received: number; readonly sent: number };
}

export interface RegistrySide {
  /** Connected and paused. Belongs to the layer from here on. */
  readonly under: Socket;
  readonly target: Authority;
  readonly context: ClientContext;
  /** Of the client that it is for. */
  readonly lane: number;
}

/** Of a socket here, what follows the head of a message can wait until it is known where it is to go. */
export interface BodyMover {
  /** Whether bodies can be moved from this connection, and to it. */
  reaches(connection: Socket): boolean;
  /** Whether it waits behind the heads that a client sends: from the first on, until `flow`. */
  holds(client: Socket): boolean;
  /** Behind the next head, too, what follows waits. False where this connection cannot wait. */
  gate(socket: Socket): boolean;
  /** What waits, and all that follows, comes as always. */
  flow(socket: Socket): void;
  /** What waits, so many bytes, goes to the other behind what was written there. Resolves to whether all of it did. */
  move(from: Socket, to: Socket, bytes: number): Promise<boolean>;
}
