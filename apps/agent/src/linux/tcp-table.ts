/** Finds a TCP socket in the kernel's text tables (`/proc/net/tcp`, `tcp6`), where netlink cannot be asked. Slow on a busy machine. */

import { readFileSync } from 'node:fs';
import { type DiagnosedSocket, type SocketEnds, toAddressBytes } from './socket-diagnosis.ts';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;
const LISTEN = '0A';

/** Undefined when no table has a connection with these ends. */
export function findInTcpTables(ends: SocketEnds): DiagnosedSocket | undefined {
  for (const path of TABLES) {
    const found = findInTcpTable(readTable(path), ends);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The text of a table: `sl local_address rem_address st … uid timeout inode`, addresses as words in the machine's order. */
export function findInTcpTable(text: string, ends: SocketEnds): DiagnosedSocket | undefined {
  const wanted = new Set(toRows(ends));
  for (const line of text.split('\n')) {
    const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (state === LISTEN || !wanted.has(`${local} ${remote}`)) continue;
    return { uid: Number(uid), inode: Number(inode) };
  }
  return undefined;
}

/** An IPv4 connection of a socket made for IPv6 stands in the second table. */
function toRows(ends: SocketEnds): string[] {
  const local = formatAddress(ends.localAddress);
  const remote = formatAddress(ends.remoteAddress);
  const row = (prefix: string): string =>
    `${prefix}${local}:${formatPort(ends.localPort)} ${prefix}${remote}:${formatPort(ends.remotePort)}`;
  return local.length === 8 ? [row(''), row(`${'0'.repeat(16)}${swapWord('0000FFFF')}`)] : [row('')];
}

function formatAddress(address: string): string {
  const hex = Buffer.from(toAddressBytes(address) ?? [])
    .toString('hex')
    .toUpperCase();
  return (hex.match(/.{8}/g) ?? []).map(swapWord).join('');
}

function formatPort(port: number): string {
  return port.toString(16).padStart(4, '0').toUpperCase();
}

/** Every machine that Node runs on in practice is little-endian; there the bytes of each word stand backwards. */
function swapWord(hex: string): string {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
    ? (hex.match(/../g) ?? []).toReversed().join('')
    : hex;
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
