/** Moves one tunnel's bytes inside the kernel (splice(2): socket, pipe, socket). Leaves waiting for events to splice-part.ts. */

import { EAGAIN, EINTR, type Pipe, SHUT_WR, type Syscalls } from './syscalls.ts';

/** `blocked`: nothing moves until the next event. `more`: others' turn, then again. */
export type TunnelProgress = 'blocked' | 'more' | 'done' | 'failed';

export interface SpliceTunnel {
  /** Moves what can be moved, within bounds. */
  advance(): TunnelProgress;
  /** Closes both sockets; with a reset unless both directions ended in order. */
  close(): void;
}

export interface SpliceTunnelOptions {
  readonly client: number;
  readonly target: number;
  /** Go out before anything else. */
  readonly toClient: Uint8Array;
  readonly toTarget: Uint8Array;
  readonly sent: (bytes: number) => void;
  /** Without `toClient`: that is mostly the proxy's own reply. */
  readonly received: (bytes: number) => void;
}

/** One direction. The pipe is held only while bytes are inside, so that idle tunnels hold none. */
interface Direction {
  readonly from: number;
  readonly to: number;
  readonly count: (bytes: number) => void;
  early: Uint8Array;
  pipe: Pipe | undefined;
  inside: number;
  ended: boolean;
  done: boolean;
}

/** Rounds of one direction before others get their turn: 16 MiB at most. */
const MAX_ROUNDS = 16;

export function createSpliceTunnel(
  calls: Syscalls,
  pipes: PipePool,
  options: SpliceTunnelOptions,
): SpliceTunnel {
  const { client, target } = options;
  options.sent(options.toTarget.length);
  const directions = [
    createDirection(target, client, options.toClient, options.received),
    createDirection(client, target, options.toTarget, options.sent),
  ];
  return {
    advance() {
      const progress = directions.map((direction) => advanceDirection(calls, pipes, direction));
      if (progress.includes('failed')) return 'failed';
      if (progress.includes('more')) return 'more';
      return directions.every(({ done }) => done) ? 'done' : 'blocked';
    },
    close() {
      const inOrder = directions.every(({ done }) => done);
      for (const direction of directions) pipes.give(direction.pipe, direction.inside);
      for (const fd of [client, target]) {
        if (inOrder) calls.close(fd);
        else calls.reset(fd);
      }
    },
  };
}

function createDirection(
  from: number,
  to: number,
  early: Uint8Array,
  count: (bytes: number) => void,
): Direction {
  return { from, to, count, early, pipe: undefined, inside: 0, ended: false, done: false };
}

function advanceDirection(calls: Syscalls, pipes: PipePool, direction: Direction): TunnelProgress {
  if (direction.done) return 'blocked';
  if (direction.early.length > 0) {
    const progress = writeEarly(calls, direction);
    if (progress !== 'more' || direction.early.length > 0) return progress;
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const taken = take(calls, pipes, direction);
    const given = taken === 'failed' ? 'failed' : give(calls, direction);
    if (taken === 'failed' || given === 'failed') return 'failed';
    if (direction.inside === 0) {
      pipes.give(direction.pipe, 0);
      direction.pipe = undefined;
      if (direction.ended) return finish(calls, direction);
    }
    if (taken === 'blocked' && given === 'blocked') return 'blocked';
  }
  return 'more';
}

function writeEarly(calls: Syscalls, direction: Direction): TunnelProgress {
  const size = calls.write(direction.to, direction.early);
  if (size < 0) return toProgress(calls);
  direction.early = direction.early.subarray(size);
  return 'more';
}

/** From the socket into the pipe. */
function take(calls: Syscalls, pipes: PipePool, direction: Direction): TunnelProgress {
  if (direction.ended) return 'blocked';
  direction.pipe ??= pipes.take();
  const { pipe } = direction;
  if (pipe === undefined) return 'failed';
  if (direction.inside >= pipe.size) return 'blocked';
  const size = calls.splice(direction.from, pipe.write, pipe.size - direction.inside);
  if (size < 0) return toProgress(calls);
  if (size === 0) direction.ended = true;
  direction.inside += size;
  return 'more';
}

/** From the pipe into the socket. */
function give(calls: Syscalls, direction: Direction): TunnelProgress {
  if (direction.inside === 0 || direction.pipe === undefined) return 'blocked';
  const size = calls.splice(direction.pipe.read, direction.to, direction.inside);
  if (size < 0) return toProgress(calls);
  direction.inside -= size;
  direction.count(size);
  return size === 0 ? 'blocked' : 'more';
}

/** Half-close: the end of one direction is told, the other goes on. */
function finish(calls: Syscalls, direction: Direction): TunnelProgress {
  calls.shutdown(direction.to, SHUT_WR);
  direction.done = true;
  return 'blocked';
}

function toProgress(calls: Syscalls): TunnelProgress {
  const errno = calls.errno();
  if (errno === EINTR) return 'more';
  return errno === EAGAIN ? 'blocked' : 'failed';
}

export interface PipePool {
  take(): Pipe | undefined;
  /** Takes a pipe back; one with bytes inside is closed, lest they reach another tunnel. */
  give(pipe: Pipe | undefined, inside: number): void;
  /** Closes all, also those with bytes inside. */
  close(): void;
}

/** As much as one splice may move: the kernel's usual limit for users, and measured better than 64 or 256 KiB. */
const PIPE_BYTES = 1024 * 1024;
/** More idle pipes than this are closed: they cost two descriptors each. */
const MAX_IDLE_PIPES = 16;

export function createPipePool(calls: Syscalls): PipePool {
  const idle: Pipe[] = [];
  const lent = new Set<Pipe>();
  const close = ({ read, write }: Pipe): void => {
    calls.close(read);
    calls.close(write);
  };
  return {
    take() {
      const pipe = idle.pop() ?? calls.pipe(PIPE_BYTES);
      if (pipe !== undefined) lent.add(pipe);
      return pipe;
    },
    give(pipe, inside) {
      if (pipe === undefined) return;
      lent.delete(pipe);
      if (inside === 0 && idle.length < MAX_IDLE_PIPES) idle.push(pipe);
      else close(pipe);
    },
    close() {
      for (const pipe of [...idle.splice(0), ...lent]) close(pipe);
      lent.clear();
    },
  };
}
