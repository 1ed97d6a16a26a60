/**
 * Moves the bytes of tunnels with node's sockets, on every platform. Leaves opening them to tunnel.ts and the faster
 * way of Linux to `linux/splice-relay.ts`.
 */

import type { Socket } from 'node:net';
import type { DialOptions } from '../../egress/dial.ts';

export interface RelayTotals {
  /** Bytes from clients to targets. */
  readonly sent: number;
  readonly received: number;
}

export interface Tunnel {
  /** Both paused. The relay owns them from here on. */
  readonly client: Socket;
  readonly target: Socket;
  /** Goes out before anything else. */
  readonly toClient: Uint8Array;
  readonly toTarget: Uint8Array;
  /** Aborted when the tunnel must end at once: both sides are reset, so that what was cut looks cut. */
  readonly cut: AbortSignal;
}

export interface PreparedRelay {
  /** To be given to the dialer when the target is dialled directly. */
  readonly onread?: NonNullable<DialOptions['onread']>;
  /** Relays until both directions ended, one was reset, nothing moved for the idle time, or it is cut. Never rejects. */
  run(tunnel: Tunnel): Promise<void>;
}

export interface Relay {
  prepare(): PreparedRelay;
  /** Since the relay was made. */
  totals(): RelayTotals;
  /** Closes every tunnel at once. */
  stop(): Promise<void>;
}

/** As much as one read may take: measured best among 64 KiB to 1 MiB, since it still fits the second-level cache. */
const READ_BYTES = 256 * 1024;

export interface RelayOptions {
  readonly idleTimeoutMs: number;
}

interface Counts {
  sent: number;
  received: number;
}

/** Reads from targets into one buffer per tunnel, which is most of the traffic; memory is touched only as far as reads fill it. */
export function createSocketRelay(options: RelayOptions): Relay {
  const counts: Counts = { sent: 0, received: 0 };
  const open = new Set<Tunnel>();

  function prepare(): PreparedRelay {
    let receive = (_size: number, _buffer: Uint8Array): boolean => true;
    async function run(tunnel: Tunnel): Promise<void> {
      open.add(tunnel);
      onCut(tunnel);
      receive = createReceiver(tunnel, counts);
      await relay(tunnel, counts, options.idleTimeoutMs);
      open.delete(tunnel);
    }
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    return { onread: { buffer, callback: (size, bytes) => receive(size, bytes) }, run };
  }

  async function stop(): Promise<void> {
    for (const { client, target } of open) {
      client.destroy();
      target.destroy();
    }
  }
  return { prepare, totals: () => ({ ...counts }), stop };
}

/**
 * The buffer is read into again as soon as this returns. So the next read waits, unless the kernel took all of it:
 * libuv tries the write at once, and `writableLength` is 0 only after that succeeded.
 */
function createReceiver(
  { client, target }: Tunnel,
  counts: Counts,
): (size: number, buffer: Uint8Array) => boolean {
  const flushed = (): void => {
    if (client.writableLength === 0 && target.isPaused()) target.resume();
  };
  return (size, buffer) => {
    counts.received += size;
    client.write(buffer.subarray(0, size), flushed);
    if (client.writableLength > 0) target.pause();
    return true;
  };
}

/** The signal is the tunnel's own, and goes with it. */
function onCut({ client, target, cut }: Tunnel): void {
  const reset = (): void => {
    client.resetAndDestroy();
    target.resetAndDestroy();
  };
  if (cut.aborted) reset();
  else cut.addEventListener('abort', reset, { once: true });
}

async function relay(tunnel: Tunnel, counts: Counts, idleTimeoutMs: number): Promise<void> {
  const { client, target } = tunnel;
  const ends = [end(client, target, idleTimeoutMs), end(target, client, idleTimeoutMs)];
  if (tunnel.toClient.length > 0) client.write(tunnel.toClient);
  if (tunnel.toTarget.length > 0) target.write(tunnel.toTarget);
  counts.sent += tunnel.toTarget.length;
  pump(client, target, (size) => {
    counts.sent += size;
  });
  // Without `onread` (behind an upstream proxy) the target's bytes come as events too.
  pump(target, client, (size) => {
    counts.received += size;
  });
  await Promise.all(ends);
}

function pump(from: Socket, to: Socket, count: (size: number) => void): void {
  from.on('data', (chunk) => {
    count(chunk.length);
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.resume();
}

/** Ends the other side as this one ended: in order (half-close), or by a reset, so that what was cut looks cut. */
function end(socket: Socket, other: Socket, idleTimeoutMs: number): Promise<void> {
  return new Promise((settle) => {
    socket.setTimeout(idleTimeoutMs, () => socket.resetAndDestroy());
    socket.once('end', () => other.end());
    socket.on('error', () => other.resetAndDestroy());
    socket.once('close', () => {
      if (!socket.readableEnded) other.resetAndDestroy();
      settle();
    });
    if (socket.readableEnded) other.end();
    if (socket.destroyed) {
      other.destroy();
      settle();
    }
  });
}
