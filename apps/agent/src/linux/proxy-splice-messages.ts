/** Messages between the proxy and its splicing thread. */

export interface WorkerSetup {
  /** An eventfd: written after each message, since the thread waits for descriptors, not for messages. */
  readonly wake: number;
  /** Two shared 64-bit counters: bytes sent, bytes received. */
  readonly totals: SharedArrayBuffer;
  readonly idleTimeoutMs: number;
}

export type ToWorker =
  | {
      readonly kind: 'open';
      readonly id: number;
      /** Descriptors that the thread owns from here on. */
      readonly client: number;
      readonly target: number;
      readonly toClient: Uint8Array;
      readonly toTarget: Uint8Array;
    }
  /** Close one tunnel at once; it may be closed already. */
  | { readonly kind: 'close'; readonly id: number }
  /** Close every tunnel. */
  | { readonly kind: 'stop' };

export type FromWorker = { readonly kind: 'ready' } | { readonly kind: 'closed'; readonly id: number };
