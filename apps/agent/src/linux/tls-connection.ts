/**
 * One connection whose TLS the thread speaks: TLS on the network's side, plain bytes in a channel to the gateway. Leaves knowing it by id
 * to tls-part.ts, and waiting for events to event-loop.ts.
 *
 * Nothing waits in one direction for the other: each is advanced until it is blocked, and holds at most one chunk that could not be written.
 */

import type { Progress } from './event-loop.ts';
import { createHeadGate, type HeadGate } from './head-gate.ts';
import type { Openssl, Pointer } from './openssl.ts';
import { EAGAIN, EINTR, SHUT_WR, type Syscalls } from './syscalls.ts';
import type { FromTlsPart, OpenMessage, TlsFailure } from './tls-messages.ts';
import { toVerifyFailure } from './tls-verify.ts';

export interface Move {
  readonly from: TlsConnection;
  readonly bytes: number;
  /** Of them, not yet moved. */
  left: number;
  /** Begins when so many bytes of the channel were sent. */
  readonly behind: number;
}

export interface TlsConnection {
  readonly id: number;
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
  /** Gives no more. */
  keep(): void;
  /** Plain bytes of the other side, as they can be had; undefined when there are none now. */
  pull(max: number): Uint8Array | undefined;
  /** Nothing more can be pulled, now or later. */
  readonly isDry: boolean;
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
  /** Takes what the gateway asked for before it wrote the bytes, or ended the channel, that were read just now. May close this connection. */
  readonly catchUp: () => void;
}

/** Four records, so that they travel in one call. Shared by all connections: each leaves nothing in it. */
const SCRATCH_BYTES = 64 * 1024;
const RECORD_BYTES = 16 * 1024;
const inward = new Uint8Array(SCRATCH_BYTES);
const outward = new Uint8Array(SCRATCH_BYTES);
const NOTHING = new Uint8Array();
const LINGER_MS = 2000;
const MAX_LINGERED_BYTES = 64 * 1024 * 1024;

/** Rounds before others get their turn: 1 MiB at most. */
const MAX_ROUNDS = 16;

export function createTlsConnection(
  { calls, openssl, context, tell, catchUp }: TlsConnectionDependencies,
  { id, socket, channel, role, host, hostKind }: OpenMessage,
): TlsConnection {
  const ssl = openssl.create(context, socket, role);
  let isSecure = false;
  let isClosed = false;
  let isReleased = false;
  /** Read from TLS, not yet taken by the channel. */
  let toChannel: Uint8Array = NOTHING;
  /** Of the network: it sent its last byte. Of the channel: it was told so. */
  let hasEnded = false;
  let isToldEnd = false;
  /** Read from the channel or moved here, not yet sent. */
  let toNetwork: Uint8Array = NOTHING;
  let fromChannel = 0;
  let isChannelAtEnd = false;
  let isFarewellSaid = false;
  /** The network takes nothing more; what the channel brings is thrown away. */
  let isNetworkDeaf = false;
  let failure: TlsFailure | undefined;
  let lingered = 0;
  let gate: HeadGate | undefined = role === 'server' ? createHeadGate() : undefined;
  /** Came behind a shut gate. */
  let held: Uint8Array = NOTHING;
  let target: TlsConnection | undefined;
  let move: Move | undefined;

  if (role === 'client' && !openssl.expect(ssl, host, hostKind))
    failure = { name: 'ERR_TLS_NAME', message: 'no name that a certificate can have' };

  function shakeHands(): Progress {
    if (failure !== undefined) return end(failure);
    const result = openssl.handshake(ssl);
    if (result === 1) return admit();
    if (openssl.outcome(ssl, result) === 'blocked') return 'blocked';
    return end(toFailure());
  }

  function admit(): Progress {
    const name = role === 'server' ? openssl.serverName(ssl) : null;
    if (name !== null && name.toLowerCase().replace(/\.$/, '') !== host)
      return end({ name: 'ERR_TLS_SERVERNAME', message: 'the handshake names another host than the tunnel' });
    isSecure = true;
    tell({ kind: 'secure', id });
    return 'more';
  }

  function toFailure(): TlsFailure {
    const error = openssl.takeError();
    const verify = role === 'client' ? openssl.verifyResult(ssl) : 0;
    if (verify !== 0) return toVerifyFailure(verify);
    return error ?? { name: 'ECONNRESET', message: 'the connection was closed' };
  }

  /** The other side is gone: the channel is told why, and all is closed. */
  function end(why: TlsFailure): Progress {
    if (!isToldEnd) tell({ kind: 'ended', id, failure: why });
    isToldEnd = true;
    close(false);
    return 'over';
  }

  /** Up to four records; an end or a failure is noted, and told behind them. */
  function readRecords(max: number): Uint8Array {
    let size = 0;
    while (size + RECORD_BYTES <= Math.min(max, SCRATCH_BYTES) || (size === 0 && max > 0)) {
      const space = Math.min(RECORD_BYTES, max - size);
      const count = openssl.read(ssl, size === 0 ? inward : inward.subarray(size), space);
      if (count > 0) {
        size += count;
        continue;
      }
      const outcome = openssl.outcome(ssl, count);
      if (outcome === 'blocked') break;
      hasEnded = true;
      if (outcome === 'failed') failure = toFailure();
      break;
    }
    return inward.subarray(0, size);
  }

  /** From the network into the channel. */
  function advanceIn(): boolean {
    if (isLingering()) return linger();
    if (toChannel.length > 0) return flushChannel();
    if (isToldEnd || target !== undefined) return false;
    if (gate?.isShut === true) return readAhead();
    if (held.length > 0) {
      const bytes = held;
      held = NOTHING;
      pass(bytes);
      return true;
    }
    if (hasEnded) return tellEnd();
    const bytes = readRecords(SCRATCH_BYTES);
    if (bytes.length > 0) pass(bytes);
    return bytes.length > 0 || hasEnded;
  }

  /** While it is not known where they go, some bytes wait here, so that an end behind them is seen: then they come as always. */
  function readAhead(): boolean {
    if (hasEnded) {
      gate = undefined;
      return true;
    }
    if (held.length >= SCRATCH_BYTES) return false;
    const bytes = readRecords(SCRATCH_BYTES);
    if (bytes.length > 0) held = Buffer.concat([held, bytes]);
    return bytes.length > 0 || hasEnded;
  }

  function pass(bytes: Uint8Array): void {
    const size = gate === undefined ? bytes.length : gate.take(bytes);
    if (size < bytes.length) held = bytes.slice(size);
    const count = writeChannel(bytes.subarray(0, size));
    if (count < size) toChannel = bytes.slice(count, size);
  }

  function flushChannel(): boolean {
    const count = writeChannel(toChannel);
    toChannel = toChannel.subarray(count);
    return count > 0;
  }

  /** A channel that is gone takes everything: nobody reads it. */
  function writeChannel(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    const count = calls.write(channel, bytes);
    if (count >= 0) return count;
    const errno = calls.errno();
    return errno === EAGAIN || errno === EINTR ? 0 : bytes.length;
  }

  function tellEnd(): boolean {
    isToldEnd = true;
    tell({ kind: 'ended', id, failure });
    calls.shutdown(channel, SHUT_WR);
    return true;
  }

  /** From the channel, or from where a move comes from, to the network. */
  function advanceOut(): boolean {
    if (toNetwork.length > 0) return flushNetwork();
    if (move !== undefined && sentOfChannel() === move.behind) return advanceMove(move);
    if (isChannelAtEnd) return sayFarewell();
    const count = calls.read(channel, outward);
    if (count < 0 && isBlocked()) return false;
    catchUp();
    if (isClosed) return false;
    if (count > 0) {
      fromChannel += count;
      send(outward.subarray(0, count));
    } else isChannelAtEnd = true;
    return true;
  }

  const sentOfChannel = (): number => fromChannel - toNetwork.length;

  function isBlocked(): boolean {
    const errno = calls.errno();
    return errno === EAGAIN || errno === EINTR;
  }

  function send(bytes: Uint8Array): void {
    const count = writeNetwork(bytes);
    if (count < bytes.length) toNetwork = bytes.slice(count);
  }

  function flushNetwork(): boolean {
    const count = writeNetwork(toNetwork);
    toNetwork = toNetwork.subarray(count);
    return count > 0;
  }

  /** Some answers come before the question is whole: when nothing can be sent any more, there may be one to read. */
  function writeNetwork(bytes: Uint8Array): number {
    let done = 0;
    while (done < bytes.length && !isNetworkDeaf) {
      const count = openssl.write(ssl, done === 0 ? bytes : bytes.subarray(done), bytes.length - done);
      if (count > 0) done += count;
      else if (openssl.outcome(ssl, count) === 'blocked') break;
      else {
        openssl.takeError();
        isNetworkDeaf = true;
      }
    }
    return isNetworkDeaf ? bytes.length : done;
  }

  function sayFarewell(): boolean {
    if (isFarewellSaid) return false;
    isFarewellSaid = true;
    if (!isNetworkDeaf) openssl.shutdown(ssl);
    openssl.takeError();
    calls.shutdown(socket, SHUT_WR);
    return true;
  }

  function advanceMove(now: Move): boolean {
    const bytes = now.from.pull(now.left);
    if (bytes !== undefined) {
      now.left -= bytes.length;
      send(bytes);
    }
    const isOver = now.left === 0 || (bytes === undefined && now.from.isDry) || isNetworkDeaf;
    if (isOver) {
      move = undefined;
      tellMoved(now, now.left === 0 && !isNetworkDeaf);
    }
    return isOver || bytes !== undefined;
  }

  function tellMoved({ from, bytes, left }: Move, isWhole: boolean): void {
    from.keep();
    tell({ kind: 'moved', id: from.id, bytes: bytes - left, isWhole });
  }

  function pull(max: number): Uint8Array | undefined {
    if (isClosed) return undefined;
    if (toChannel.length > 0) return undefined;
    if (held.length > 0) {
      const bytes = held.subarray(0, max);
      held = held.subarray(bytes.length);
      return bytes;
    }
    if (hasEnded) return undefined;
    const bytes = readRecords(max);
    return bytes.length > 0 ? bytes : undefined;
  }

  const isLingering = (): boolean => isFarewellSaid && isReleased && target === undefined;

  function isOver(): boolean {
    if (isLingering()) return role === 'client' || hasEnded || lingered > MAX_LINGERED_BYTES;
    return isFarewellSaid && isToldEnd;
  }

  /** Who is still sending must be able to read the answer: a socket that is closed with bytes unread is reset. */
  function linger(): boolean {
    const { length } = readRecords(SCRATCH_BYTES);
    lingered += length;
    return length > 0;
  }

  function advance(): Progress {
    if (isClosed) return 'over';
    if (!isSecure) {
      const progress = shakeHands();
      if (progress !== 'more') return progress;
    }
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const hasMoved = [advanceIn(), advanceOut()].includes(true);
      if (isClosed) return 'over';
      if (isToldEnd && toChannel.length === 0 && failure !== undefined) return end(failure);
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
    if (move !== undefined) tellMoved(move, false);
    openssl.free(ssl);
    openssl.takeError();
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
    gate() {
      gate = createHeadGate();
    },
    flow() {
      gate = undefined;
    },
    take(next) {
      move = next;
    },
    giveTo(to) {
      if (gate?.isShut !== true || toChannel.length > 0) return false;
      target = to;
      return true;
    },
    keep() {
      target = undefined;
    },
    pull,
    get isDry() {
      return isClosed || (hasEnded && held.length === 0);
    },
    patienceMs(idleTimeoutMs) {
      if (isLingering()) return LINGER_MS;
      return isReleased || move !== undefined || target !== undefined
        ? idleTimeoutMs
        : Number.POSITIVE_INFINITY;
    },
    release() {
      isReleased = true;
    },
    close,
  };
}
