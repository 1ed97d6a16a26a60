/** Messages between the proxy's relay and the part of the thread that splices. */

export type ToSplicePart =
  | {
      readonly kind: 'setUp';
      /** Two shared 64-bit counters: bytes sent, bytes received. */
      readonly totals: SharedArrayBuffer;
      readonly idleTimeoutMs: number;
    }
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
  | { readonly kind: 'close'; readonly id: number };

export interface FromSplicePart {
  readonly kind: 'closed';
  readonly id: number;
}
