/** Says which user of this machine is at the other end of a TCP connection. Leaves for whom that user acts to `subject-of.ts`. */

import type { Socket } from 'node:net';
import { createSocketDiagnosis, type DiagnosedSocket, type SocketEnds } from '../linux/socket-diagnosis.ts';
import { findInTcpTables } from '../linux/tcp-table.ts';

/** No process has this uid (`(uid_t) -1`): the peer of a connection whose process let go of it. */
export const NOBODY_UID = 0xffff_ffff;

/**
 * Uid at the other end; undefined where it cannot be told: another system, a container, another machine. Ask at accept: a
 * client that closes at once has no uid any more, and must not be taken for root, whose number the kernel then gives.
 */
export type PeerUid = (socket: Socket) => number | undefined;

export function createPeerUid(): PeerUid {
  if (process.platform !== 'linux') return () => undefined;
  const diagnose = createSocketDiagnosis() ?? (() => undefined);
  return (socket) => {
    const ends = toEndsOfPeer(socket);
    if (ends === undefined) return undefined;
    const found = diagnose(ends);
    if (found !== undefined || !isLoopback(ends.localAddress)) return toUid(found);
    // Netlink says the same for "no such socket" and "not built into this kernel"; the tables know. Nothing comes from
    // loopback but processes of this machine: one that is in neither has reset its connection.
    return toUid(findInTcpTables(ends)) ?? NOBODY_UID;
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

export function toUid(found: DiagnosedSocket | undefined): number | undefined {
  return found?.inode === 0 ? NOBODY_UID : found?.uid;
}

/** What is remote here is local there. IPv4 that came to an IPv6 socket is looked for as IPv4. */
function toEndsOfPeer(socket: Socket): SocketEnds | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket;
  if (
    localAddress === undefined ||
    localPort === undefined ||
    remoteAddress === undefined ||
    remotePort === undefined
  )
    return undefined;
  return {
    localAddress: withoutMapping(remoteAddress),
    localPort: remotePort,
    remoteAddress: withoutMapping(localAddress),
    remotePort: localPort,
  };
}

function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
