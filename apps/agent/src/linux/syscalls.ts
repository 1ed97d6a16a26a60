/** The system calls of Linux that relaying and TLS need, as functions. Leaves using them to the threads. */

import { createRequire } from 'node:module';

/** Buffers are passed by address; results below 0 are failures, told by `errno`. */
export interface Syscalls {
  dup(fd: number): number;
  close(fd: number): number;
  shutdown(fd: number, how: number): number;
  /** Closes with a reset instead of in order. */
  reset(fd: number): void;
  read(fd: number, into: Uint8Array): number;
  write(fd: number, bytes: Uint8Array): number;
  /** Two connected local stream sockets, not blocking; `undefined` without free descriptors. */
  socketPair(): readonly [number, number] | undefined;
  /** Read and write end, not blocking; `undefined` without free descriptors. `size` is what the kernel grants of it. */
  pipe(size: number): Pipe | undefined;
  splice(from: number, to: number, size: number): number;
  eventfd(): number;
  epollCreate(): number;
  epollAdd(epoll: number, fd: number): number;
  /** Calls `each` with the descriptor of every event. */
  epollWait(epoll: number, timeoutMs: number, each: (fd: number) => void): void;
  errno(): number;
}

export interface Pipe {
  readonly read: number;
  readonly write: number;
  readonly size: number;
}

export const EAGAIN = 11;
export const EINTR = 4;
export const SHUT_WR = 1;

const O_CLOEXEC_NONBLOCK = 0o2004000;
const F_DUPFD_CLOEXEC = 1030;
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;
/** MOVE and NONBLOCK; MORE would hold the last bytes of a message back. */
const SPLICE_FLAGS = 1 | 2;
const EFD_CLOEXEC_NONBLOCK = 0o2004000;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
/** IN, OUT, RDHUP, edge-triggered: each descriptor is registered once, whatever its tunnel waits for. */
const EPOLL_EVENTS = 0x80002005;
/** The kernel packs epoll_event on x86-64 alone. */
const EVENT = process.arch === 'x64' ? { size: 12, data: 4 } : { size: 16, data: 8 };
const MAX_EVENTS = 64;
const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC_NONBLOCK = 0o2004001;
const SOL_SOCKET = 1;
const SO_LINGER = 13;

/** `undefined` where these calls do not exist: other systems, other C libraries, no prebuilt koffi. */
export function loadSyscalls(): Syscalls | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return bindSyscalls();
  } catch {
    return undefined;
  }
}

function bindSyscalls(): Syscalls {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const libc = koffi.load('libc.so.6');
  const close = libc.func('int close(int)');
  const pipe2 = libc.func('int pipe2(_Out_ int *, int)');
  // Variadic in C; on Linux's x86-64 and arm64 an int argument travels the same way.
  const fcntl = libc.func('int fcntl(int, int, int)');
  const splice = libc.func('intptr_t splice(int, void *, int, void *, size_t, unsigned int)');
  const read = libc.func('intptr_t read(int, void *, size_t)');
  const write = libc.func('intptr_t write(int, const void *, size_t)');
  const socketPair = libc.func('int socketpair(int, int, int, _Out_ int *)');
  const setsockopt = libc.func('int setsockopt(int, int, int, const void *, unsigned int)');
  const eventfd = libc.func('int eventfd(unsigned int, int)');
  const epollCreate = libc.func('int epoll_create1(int)');
  const epollControl = libc.func('int epoll_ctl(int, int, int, void *)');
  const epollWait = libc.func('int epoll_wait(int, void *, int, int)');
  const event = new DataView(new ArrayBuffer(EVENT.size));
  const events = new DataView(new ArrayBuffer(EVENT.size * MAX_EVENTS));
  const lingerNot = new Uint8Array(new Int32Array([1, 0]).buffer);
  return {
    // dup(2) would show it to every program that is started.
    dup: (fd) => fcntl(fd, F_DUPFD_CLOEXEC, 0),
    close,
    shutdown: libc.func('int shutdown(int, int)'),
    reset(fd) {
      setsockopt(fd, SOL_SOCKET, SO_LINGER, lingerNot, lingerNot.length);
      close(fd);
    },
    read: (fd, into) => Number(read(fd, into, into.length)),
    write: (fd, bytes) => Number(write(fd, bytes, bytes.length)),
    socketPair() {
      const ends = [-1, -1];
      if (socketPair(AF_UNIX, SOCK_STREAM_CLOEXEC_NONBLOCK, 0, ends) < 0) return undefined;
      const [one = -1, other = -1] = ends;
      return [one, other];
    },
    pipe(size) {
      const ends = [-1, -1];
      if (pipe2(ends, O_CLOEXEC_NONBLOCK) < 0) return undefined;
      const [read = -1, writeEnd = -1] = ends;
      // Refused beyond the user's quota (pipe-user-pages-soft); the pipe then keeps its smaller size.
      fcntl(writeEnd, F_SETPIPE_SZ, size);
      return { read, write: writeEnd, size: fcntl(writeEnd, F_GETPIPE_SZ, 0) };
    },
    splice: (from, to, size) => Number(splice(from, null, to, null, size, SPLICE_FLAGS)),
    eventfd: () => eventfd(0, EFD_CLOEXEC_NONBLOCK),
    epollCreate: () => epollCreate(EPOLL_CLOEXEC),
    epollAdd(epoll, fd) {
      event.setUint32(0, EPOLL_EVENTS, true);
      event.setInt32(EVENT.data, fd, true);
      return epollControl(epoll, EPOLL_CTL_ADD, fd, event);
    },
    epollWait(epoll, timeoutMs, each) {
      const count = epollWait(epoll, events, MAX_EVENTS, timeoutMs);
      for (let at = 0; at < count; at += 1) each(events.getInt32(at * EVENT.size + EVENT.data, true));
    },
    errno: () => koffi.errno(),
  };
}
