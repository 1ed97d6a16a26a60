/** The way from the channel, or from another connection whose body is moved, to the network. Leaves the way in to tls-inward.ts. */

import { EAGAIN, EINTR, type Syscalls } from './syscalls.ts';
import { SCRATCH_BYTES, type TlsNetwork } from './tls-network.ts';

/** Where a body is moved from. */
export interface MoveSource {
  readonly id: number;
  pull(max: number): Uint8Array | undefined;
  readonly isDry: boolean;
  /** Gives no more. */
  keep(): void;
}

export interface Move {
  readonly from: MoveSource;
  readonly bytes: number;
  /** Of them, not yet moved. */
  left: number;
  /** Begins when so many bytes of the channel were sent. */
  readonly behind: number;
}

export interface TlsOutward {
  /** Moves once what can be moved; false when nothing did. */
  advance(): boolean;
  /** Takes bytes from `move.from` from its place on. */
  take(move: Move): void;
  /** Gives a move up that is not over. */
  giveUp(): void;
  readonly isMoving: boolean;
  /** Everything of the channel was sent, and the other side was told. */
  readonly isFarewellSaid: boolean;
}

export interface TlsOutwardDependencies {
  readonly calls: Syscalls;
  readonly network: TlsNetwork;
  readonly channel: number;
  /** Takes what the gateway asked for before it wrote the bytes, or ended the channel, that were read just now. */
  readonly catchUp: () => void;
  /** Whether that closed the connection. */
  readonly isClosed: () => boolean;
  readonly onMoved: (move: Move, isWhole: boolean) => void;
}

const outward = new Uint8Array(SCRATCH_BYTES);
const NOTHING = new Uint8Array();

export function createTlsOutward(dependencies: TlsOutwardDependencies): TlsOutward {
  const { calls, network, channel, catchUp, isClosed, onMoved } = dependencies;
  /** Read from the channel or moved here, not yet sent. */
  let toNetwork: Uint8Array = NOTHING;
  let fromChannel = 0;
  let isChannelAtEnd = false;
  let isFarewellSaid = false;
  let move: Move | undefined;

  function advance(): boolean {
    if (toNetwork.length > 0) return flush();
    if (move !== undefined && fromChannel === move.behind) return advanceMove(move);
    if (isChannelAtEnd) return sayFarewell();
    const count = calls.read(channel, outward);
    if (count < 0 && isBlocked()) return false;
    catchUp();
    if (isClosed()) return false;
    if (count > 0) {
      fromChannel += count;
      send(outward.subarray(0, count));
    } else isChannelAtEnd = true;
    return true;
  }

  function isBlocked(): boolean {
    const errno = calls.errno();
    return errno === EAGAIN || errno === EINTR;
  }

  function send(bytes: Uint8Array): void {
    const count = network.write(bytes);
    if (count < bytes.length) toNetwork = bytes.slice(count);
  }

  function flush(): boolean {
    const count = network.write(toNetwork);
    toNetwork = toNetwork.subarray(count);
    return count > 0;
  }

  function sayFarewell(): boolean {
    if (isFarewellSaid) return false;
    isFarewellSaid = true;
    network.sayFarewell();
    return true;
  }

  function advanceMove(now: Move): boolean {
    const bytes = now.from.pull(now.left);
    if (bytes !== undefined) {
      now.left -= bytes.length;
      send(bytes);
    }
    const isOver = now.left === 0 || (bytes === undefined && now.from.isDry) || network.isDeaf;
    if (isOver) {
      move = undefined;
      onMoved(now, now.left === 0 && !network.isDeaf);
    }
    return isOver || bytes !== undefined;
  }

  return {
    advance,
    take(next) {
      move = next;
    },
    giveUp() {
      if (move !== undefined) onMoved(move, false);
      move = undefined;
    },
    get isMoving() {
      return move !== undefined;
    },
    get isFarewellSaid() {
      return isFarewellSaid;
    },
  };
}
