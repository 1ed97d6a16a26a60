/** Messages between the gateway and the part of the thread that speaks TLS. */

import type { ContextOptions } from './openssl.ts';

export interface OpenMessage {
  readonly kind: 'open';
  readonly id: number;
  /** Descriptors that the thread owns from here on: the network's, and its end of the channel with plain bytes. */
  readonly socket: number;
  readonly channel: number;
  readonly context: number;
  readonly role: 'server' | 'client';
  /** As a server: the only name that a client may ask for. As a client: whom the certificate must be made out to. */
  readonly host: string;
  readonly hostKind: 'name' | 'address';
}

export type ToTlsPart =
  /** A move without a byte for so long has failed. */
  | { readonly kind: 'setUp'; readonly idleTimeoutMs: number }
  | { readonly kind: 'context'; readonly id: number; readonly options: ContextOptions }
  | { readonly kind: 'forget'; readonly id: number }
  | OpenMessage
  /** The next head that comes is passed alone; what follows waits for `gate`, `flow` or `move`. A server begins so. */
  | { readonly kind: 'gate'; readonly id: number }
  | { readonly kind: 'flow'; readonly id: number }
  /** What waits behind the gate, `bytes` long, goes to another connection behind what the channel sent there so far. */
  | {
      readonly kind: 'move';
      readonly id: number;
      readonly to: number;
      readonly bytes: number;
      readonly behind: number;
    }
  /** The channel was closed, after everything was written: what is on the way is sent first. */
  | { readonly kind: 'release'; readonly id: number }
  /** The connection is closed at once; with a reset if the other side is to see that it was cut. */
  | { readonly kind: 'cut'; readonly id: number; readonly reset: boolean };

export interface TlsFailure {
  /** As Node.js codes it. */
  readonly name: string;
  readonly message: string;
}

export type FromTlsPart =
  | { readonly kind: 'secure'; readonly id: number }
  /** The other side sends nothing more; told before the channel ends. */
  | { readonly kind: 'ended'; readonly id: number; readonly failure?: TlsFailure | undefined }
  | { readonly kind: 'moved'; readonly id: number; readonly bytes: number; readonly isWhole: boolean }
  | { readonly kind: 'closed'; readonly id: number };
