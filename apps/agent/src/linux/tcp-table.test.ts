import { describe, expect, it } from 'vitest';
import { findInTcpTable } from './tcp-table.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1BA9 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 100 1 0 100 0 0 10 0
   1: 0100007F:C350 0100007F:1BA9 01 00000000:00000000 00:00000000 00000000  1001        0 101 1 0 20 4 0 10 -1
   2: 0000000000000000FFFF00000100007F:C351 0000000000000000FFFF00000100007F:1BA9 01 00000000:00000000 00:00000000 00000000  1002        0 102 1
   3: 00000000000000000000000001000000:C352 00000000000000000000000001000000:1BA9 01 00000000:00000000 00:00000000 00000000  1003        0 103 1
   4: 0100007F:C353 0100007F:1BA9 06 00000000:00000000 03:00000000 00000000     0        0 0 1
`;
const v4 = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', remotePort: 7081 };

describe('findInTcpTable', () => {
  it.each([
    ['IPv4', { ...v4, localPort: 50_000 }, { uid: 1001, inode: 101 }],
    ['IPv4 of a socket for IPv6', { ...v4, localPort: 50_001 }, { uid: 1002, inode: 102 }],
    [
      'IPv6',
      { localAddress: '::1', remoteAddress: '::1', localPort: 50_002, remotePort: 7081 },
      { uid: 1003, inode: 103 },
    ],
    ['one that nobody holds', { ...v4, localPort: 50_003 }, { uid: 0, inode: 0 }],
    ['none', { ...v4, localPort: 50_004 }, undefined],
    ['a listener alone', { ...v4, localPort: 7081, remotePort: 0, remoteAddress: '0.0.0.0' }, undefined],
  ])('finds %s', (_name, ends, expected) => {
    if (new Uint8Array(Uint32Array.of(1).buffer)[0] === 1)
      expect(findInTcpTable(TABLE, ends)).toEqual(expected);
  });
});
