/** The way from the network into the channel, with a gate behind each head. Leaves the way out to tls-outward.ts. */

import { createHeadGate, type HeadGate } from './head-gate.ts';
import { EAGAIN, EINTR, SHUT_WR, type Syscalls } from './syscalls.ts';
import type { TlsFailure } from './tls-messages.ts';
import { SCRATCH_BYTES, type TlsNetwork } from './tls-network.ts';

export interface TlsInward {
  /** Moves once what can be moved; false when nothing did. */
  advance(): boolean;
  /** Throws away what comes, and says how many bytes that were. */
  drain(): number;
  gate(): void;
  flow(): void;
  /** From here on bytes are pulled, and do not come into the channel. False where nothing waits behind a gate. */
  give(): boolean;
  keep(): void;
  /** What waits behind the gate, and then what comes; undefined when there is nothing now. */
  pull(max: number): Uint8Array | undefined;
  /** Tells an end, once. */
  tellEnd(failure: TlsFailure | undefined): void;
  readonly isEndTold: boolean;
  /** The channel has yet to take something. */
  readonly isPending: boolean;
  /** Nothing more can be pulled, now or later. */
  readonly isDry: boolean;
}

export interface TlsInwardDependencies {
  readonly calls: Syscalls;
  readonly network: TlsNetwork;
  readonly channel: number;
  /** The first head is passed alone. */
  readonly isGated: boolean;
  readonly onEnd: (failure: TlsFailure | undefined) => void;
}

const NOTHING = new Uint8Array();

export function createTlsInward(dependencies: TlsInwardDependencies): TlsInward {
  const { calls, network, channel, isGated, onEnd } = dependencies;
  let gate: HeadGate | undefined = isGated ? createHeadGate() : undefined;
  /** Read, not yet taken by the channel. */
  let toChannel: Uint8Array = NOTHING;
  /** Came behind a shut gate. */
  let held: Uint8Array = NOTHING;
  let isGiven = false;
  let isEndTold = false;

  function advance(): boolean {
    if (toChannel.length > 0) return flush();
    if (isEndTold || isGiven) return false;
    if (gate?.isShut === true) return readAhead();
    if (held.length > 0) {
      const bytes = held;
      held = NOTHING;
      pass(bytes);
      return true;
    }
    if (network.hasEnded) return endChannel();
    const bytes = network.read(SCRATCH_BYTES);
    if (bytes.length > 0) pass(bytes);
    return bytes.length > 0 || network.hasEnded;
  }

  /** While it is not known where they go, some bytes wait here, so that an end behind them is seen: then they come as always. */
  function readAhead(): boolean {
    if (network.hasEnded) {
      gate = undefined;
      return true;
    }
    if (held.length >= SCRATCH_BYTES) return false;
    const bytes = network.read(SCRATCH_BYTES);
    if (bytes.length > 0) held = Buffer.concat([held, bytes]);
    return bytes.length > 0 || network.hasEnded;
  }

  function pass(bytes: Uint8Array): void {
    const size = gate === undefined ? bytes.length : gate.take(bytes);
    if (size < bytes.length) held = bytes.slice(size);
    const count = write(bytes.subarray(0, size));
    if (count < size) toChannel = bytes.slice(count, size);
  }

  function flush(): boolean {
    const count = write(toChannel);
    toChannel = toChannel.subarray(count);
    return count > 0;
  }

  /** A channel that is gone takes everything: nobody reads it. */
  function write(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    const count = calls.write(channel, bytes);
    if (count >= 0) return count;
    const errno = calls.errno();
    return errno === EAGAIN || errno === EINTR ? 0 : bytes.length;
  }

  function tellEnd(failure: TlsFailure | undefined): void {
    if (!isEndTold) onEnd(failure);
    isEndTold = true;
  }

  function endChannel(): boolean {
    tellEnd(network.failure);
    calls.shutdown(channel, SHUT_WR);
    return true;
  }

  return {
    advance,
    drain: () => network.read(SCRATCH_BYTES).length,
    gate() {
      gate = createHeadGate();
    },
    flow() {
      gate = undefined;
    },
    give() {
      isGiven = gate?.isShut === true && toChannel.length === 0;
      return isGiven;
    },
    keep() {
      isGiven = false;
    },
    pull(max) {
      if (toChannel.length > 0) return undefined;
      if (held.length > 0) {
        const bytes = held.subarray(0, max);
        held = held.subarray(bytes.length);
        return bytes;
      }
      const bytes = network.hasEnded ? NOTHING : network.read(max);
      return bytes.length > 0 ? bytes : undefined;
    },
    tellEnd,
    get isEndTold() {
      return isEndTold;
    },
    get isPending() {
      return toChannel.length > 0;
    },
    get isDry() {
      return network.hasEnded && held.length === 0;
    },
  };
}
