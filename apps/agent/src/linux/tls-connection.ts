/**
 * One connection whose TLS the thread speaks: TLS on the network's side, plain bytes in a channel to the gateway. Leaves knowing it by id
 * to tls-part.ts, and waiting for events to event-loop.ts.
 *
 * Nothing waits in one direction for the other: each is advanced until it is blocked, and holds at most one chunk that could not be written.
 */

import type { Progress } from './event-loop.ts';
import type { Openssl, Pointer } from './openssl.ts';
import type { Syscalls } from './syscalls.ts';
import { createTlsInward } from './tls-inward.ts';
import type { FromTlsPart, OpenMessage, TlsFailure } from './tls-messages.ts';
import { createTlsNetwork } from './tls-network.ts';
import { createTlsOutward, type Move, type MoveSource } from './tls-outward.ts';

export interface TlsConnection extends MoveSource {
  readonly fds: readonly [number, number];
  /** Who must be advanced as well when this one can go on. */
  readonly movesTo: TlsConnection | undefined;
  advance(): Progress;
  gate(): void;
  flow(): void;
  /** Takes bytes from `move.from` from here on; tells `moved` in the end. */
  take(move: Move): void;
  /** Gives what waits behind the gate, and then what comes, to another connection. False where nothing waits. */
  giveTo(to: TlsConnection): boolean;
  /** How long nothing may move; nobody but the thread would see it. */
  patienceMs(idleTimeoutMs: number): number;
  release(): void;
  close(reset: boolean): void;
}

export interface TlsConnectionDependencies {
  readonly calls: Syscalls;
  readonly openssl: Openssl;
  readonly context: Pointer;
  readonly tell: (message: FromTlsPart) => void;
  /** Takes what the gateway asked for in the meantime. May close this connection. */
  readonly catchUp: () => void;
}

const LINGER_MS = 2000;
/** Altogether: nobody counts it any more, whatever its client goes on to send. */
const MAX_LINGER_MS = 30_000;
const MAX_LINGERED_BYTES = 64 * 1024 * 1024;

/** No patience is left, whatever moved just now. */
const PAST = -1;

/** Rounds before others get their turn: 1 MiB at most. */
const MAX_ROUNDS = 16;

export function createTlsConnection(
  dependencies: TlsConnectionDependencies,
  message: OpenMessage,
): TlsConnection {
  const { calls, tell, catchUp } = dependencies;
  const { id, socket, channel, role } = message;
  let isSecure = false;
  let isClosed = false;
  let isReleased = false;
  let releasedAt = Number.POSITIVE_INFINITY;
  let lingersSince: number | undefined;
  let lingered = 0;
  let target: TlsConnection | undefined;
  const network = createTlsNetwork(dependencies, message);
  const inward = createTlsInward({
    calls,
    network,
    channel,
    isGated: role === 'server',
    onEnd: (failure) => tell({ kind: 'ended', id, failure }),
  });
  const outward = createTlsOutward({ calls, network, channel, catchUp, isClosed: () => isClosed, onMoved });

  function onMoved({ from, bytes, left }: Move, isWhole: boolean): void {
    from.keep();
    tell({ kind: 'moved', id: from.id, bytes: bytes - left, isWhole });
  }

  /** True once the handshake is over; else what there is to say of it. */
  function shakeHands(): true | Progress {
    const result = network.shakeHands();
    if (result === 'blocked') return 'blocked';
    if (result !== 'done') return end(result);
    isSecure = true;
    tell({ kind: 'secure', id });
    return true;
  }

  /** The other side is gone: the channel is told why, and all is closed. */
  function end(why: TlsFailure): Progress {
    inward.tellEnd(why);
    close(false);
    return 'over';
  }

  const isLingering = (): boolean => outward.isFarewellSaid && isReleased && target === undefined;

  function isOver(): boolean {
    if (isLingering()) return role === 'client' || network.hasEnded || lingered > MAX_LINGERED_BYTES;
    return outward.isFarewellSaid && inward.isEndTold;
  }

  /** Who is still sending must be able to read the answer: a socket that is closed with bytes unread is reset. */
  function linger(): boolean {
    lingersSince ??= Date.now();
    const length = inward.drain();
    lingered += length;
    return length > 0;
  }

  function advance(): Progress {
    if (isClosed) return 'over';
    if (!isSecure) {
      const progress = shakeHands();
      if (progress !== true) return progress;
    }
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const hasMoved = [isLingering() ? linger() : inward.advance(), outward.advance()].includes(true);
      if (isClosed) return 'over';
      if (inward.isEndTold && !inward.isPending && network.failure !== undefined) return end(network.failure);
      if (isOver()) {
        close(false);
        return 'over';
      }
      if (!hasMoved) return 'blocked';
    }
    return 'more';
  }

  function close(reset: boolean): void {
    if (isClosed) return;
    isClosed = true;
    outward.giveUp();
    network.free();
    calls.close(channel);
    if (reset) calls.reset(socket);
    else calls.close(socket);
    tell({ kind: 'closed', id });
  }

  return {
    id,
    fds: [socket, channel],
    get movesTo() {
      return target;
    },
    advance,
    gate: () => inward.gate(),
    flow: () => inward.flow(),
    take: (move) => outward.take(move),
    giveTo(to) {
      if (!inward.give()) return false;
      target = to;
      return true;
    },
    keep() {
      inward.keep();
      target = undefined;
    },
    pull: (max) => (isClosed ? undefined : inward.pull(max)),
    get isDry() {
      return isClosed || inward.isDry;
    },
    patienceMs(idleTimeoutMs) {
      const now = Date.now();
      if (isLingering())
        return now - (lingersSince ?? now) > Math.min(MAX_LINGER_MS, idleTimeoutMs) ? PAST : LINGER_MS;
      if (target === undefined && now - releasedAt > idleTimeoutMs) return PAST;
      return isReleased || outward.isMoving || target !== undefined
        ? idleTimeoutMs
        : Number.POSITIVE_INFINITY;
    },
    release() {
      isReleased = true;
      releasedAt = Date.now();
    },
    close,
  };
}
