/** Reads who is on the other end of a Unix socket (`SO_PEERCRED`, Linux). Elsewhere the answer is that it is not known. */

import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** From `asm-generic/socket.h`; the same on every architecture that Node is built for. */
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** `struct ucred`: pid, uid, gid, 32 bits each. */
const UCRED_BYTES = 12;
const UID_OFFSET = 4;

type Getsockopt = (fd: number, level: number, name: number, value: Buffer, length: Buffer) => number;

let getsockopt: Getsockopt | undefined;

/** Uid of the process that connected; undefined where the platform does not tell, or the connection is gone. */
export function readPeerUid(socket: Socket): number | undefined {
  const fd = (socket as { _handle?: { fd?: unknown } | null })._handle?.fd;
  if (process.platform !== 'linux' || typeof fd !== 'number' || fd < 0) return undefined;
  getsockopt ??= loadGetsockopt();
  const value = Buffer.alloc(UCRED_BYTES);
  const length = Buffer.alloc(4);
  new DataView(length.buffer, length.byteOffset).setUint32(0, UCRED_BYTES, isLittleEndian());
  const failed = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, length) !== 0;
  return failed
    ? undefined
    : new DataView(value.buffer, value.byteOffset).getUint32(UID_OFFSET, isLittleEndian());
}

/** Loaded at first use: on platforms that do not need it, its native library is never touched. */
function loadGetsockopt(): Getsockopt {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const signature = 'int getsockopt(int fd, int level, int name, void *value, void *length)';
  return koffi.load(null).func(signature) as unknown as Getsockopt;
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
}
