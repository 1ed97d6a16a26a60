/**
 * Asks the kernel whose a TCP socket of this machine is (`NETLINK_SOCK_DIAG`, Linux): one exact lookup by addresses and
 * ports, some microseconds, synchronous. Leaves what an answer means to `subjects/`.
 */

import { createRequire } from 'node:module';
import { isIPv4, isIPv6 } from 'node:net';

/** Both ends of a connection, as the process that is looked for sees them. */
export interface SocketEnds {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** A socket that the kernel knows. `inode` 0: no process holds it any more, and `uid` says nothing. */
export interface DiagnosedSocket {
  readonly uid: number;
  readonly inode: number;
}

export type DiagnoseSocket = (ends: SocketEnds) => DiagnosedSocket | undefined;

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const IPPROTO_TCP = 6;
const MSG_DONTWAIT = 0x40;
const TCP_LISTEN = 10;
/** `struct nlmsghdr` and `struct inet_diag_req_v2`; the answer is `struct inet_diag_msg`. */
const HEADER_BYTES = 16;
const REQUEST_BYTES = HEADER_BYTES + 56;
const ANSWER_BYTES = HEADER_BYTES + 72;
/** The answer carries attributes behind its fixed part. */
const BUFFER_BYTES = 4096;

interface NetlinkCalls {
  socket(family: number, type: number, protocol: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
}

/** `undefined` where this cannot be asked: other systems, no koffi, a sandbox without netlink. */
export function createSocketDiagnosis(): DiagnoseSocket | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const calls = loadCalls();
    const fd = calls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
    return fd < 0 ? undefined : toDiagnose(calls, fd);
  } catch {
    return undefined;
  }
}

/** The descriptor is kept for the life of the process: opening one costs more than a lookup. */
function toDiagnose(calls: NetlinkCalls, fd: number): DiagnoseSocket {
  const answer = new Uint8Array(BUFFER_BYTES);
  let sequence = 0;
  return (ends) => {
    sequence = (sequence + 1) >>> 0;
    const request = encodeRequest(ends, sequence);
    if (request === undefined || calls.send(fd, request, request.length, 0) < 0) return undefined;
    for (;;) {
      // The kernel has answered by the time that `send` returns; what an earlier question left is passed over.
      const length = Number(calls.recv(fd, answer, answer.length, MSG_DONTWAIT));
      if (length < HEADER_BYTES) return undefined;
      const view = new DataView(answer.buffer, 0, length);
      if (view.getUint32(8, LITTLE) === sequence) return decodeAnswer(view);
    }
  };
}

function loadCalls(): NetlinkCalls {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const libc = koffi.load(null);
  return {
    socket: libc.func('int socket(int, int, int)'),
    send: libc.func('intptr_t send(int, const void *, size_t, int)'),
    recv: libc.func('intptr_t recv(int, _Out_ void *, size_t, int)'),
  } as unknown as NetlinkCalls;
}

/** Addresses and ports are in network order, everything else in that of the machine. */
function encodeRequest(ends: SocketEnds, sequence: number): Uint8Array | undefined {
  const local = toAddressBytes(ends.localAddress);
  const remote = toAddressBytes(ends.remoteAddress);
  if (local === undefined || remote === undefined || local.length !== remote.length) return undefined;
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, REQUEST_BYTES, LITTLE);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, LITTLE);
  view.setUint16(6, NLM_F_REQUEST, LITTLE);
  view.setUint32(8, sequence, LITTLE);
  bytes[16] = local.length === 4 ? AF_INET : AF_INET6;
  bytes[17] = IPPROTO_TCP;
  view.setUint32(20, 0xffffffff, LITTLE);
  view.setUint16(24, ends.localPort);
  view.setUint16(26, ends.remotePort);
  bytes.set(local, 28);
  bytes.set(remote, 44);
  // INET_DIAG_NOCOOKIE: whichever socket has these ends.
  view.setUint32(64, 0xffffffff, LITTLE);
  view.setUint32(68, 0xffffffff, LITTLE);
  return bytes;
}

function decodeAnswer(view: DataView): DiagnosedSocket | undefined {
  if (view.getUint16(4, LITTLE) !== SOCK_DIAG_BY_FAMILY || view.byteLength < ANSWER_BYTES) return undefined;
  // Without a connection the kernel falls back to whoever listens on that port.
  if (view.getUint8(17) === TCP_LISTEN) return undefined;
  return { uid: view.getUint32(80, LITTLE), inode: view.getUint32(84, LITTLE) };
}

/** Four or sixteen bytes in network order; undefined for what is no address, or has a zone. */
export function toAddressBytes(address: string): Uint8Array | undefined {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  if (!isIPv6(address) || address.includes('%')) return undefined;
  const words = expandIPv6(address);
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}

/** The eight words of an address that Node wrote, which shortens the longest run of zeros only. */
function expandIPv6(address: string): readonly number[] {
  const hostname = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? '::';
  const [head = '', tail] = hostname.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].map((word) => Number.parseInt(word, 16));
}

const LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
