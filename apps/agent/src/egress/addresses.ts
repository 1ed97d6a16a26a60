/**
 * Tells addresses that a point must not reach on somebody's behalf. Leaves resolving names to dial.ts.
 *
 * Who attacks: a user or container who may use a point but not the machine itself, and a hostile name server. The
 * agent's position would lend them the machine's loopback services and the cloud's metadata with its credentials.
 * Private ranges (10/8, 192.168/16, fc00::/7) are where company registries live and stay open.
 */

import { decodeIp } from '@pullgate/wire';

interface Block {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

const REFUSED: readonly Block[] = [
  '0.0.0.0/8', // this network; Linux dials 0.0.0.0 as loopback
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: metadata of most clouds (.169.254), ECS (.170.2), EKS (.170.23)
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '100.100.100.200/32', // metadata of Alibaba Cloud
  '168.63.129.16/32', // Azure's host agent
  '192.0.0.192/32', // metadata of Oracle Cloud, classic
  '::/128', // unspecified; dialled as loopback
  '::1/128', // loopback
  'fe80::/10', // link-local
  'fec0::/10', // site-local, deprecated: scoped like link-local
  'ff00::/8', // multicast
  'fd00:ec2::/32', // metadata of AWS and its kin
  'fd20:ce::254/128', // metadata of Google Cloud
].map(toBlock);

/** IPv6 forms that carry an IPv4 address: prefix, and where the four bytes begin. Teredo's are inverted (RFC 4380, 4). */
const EMBEDDINGS: readonly { readonly block: Block; readonly at: number; readonly inverted?: true }[] = [
  { block: toBlock('::ffff:0:0/96'), at: 12 }, // IPv4-mapped
  { block: toBlock('::ffff:0:0:0/96'), at: 12 }, // IPv4-translated (RFC 2765)
  { block: toBlock('::/96'), at: 12 }, // IPv4-compatible
  { block: toBlock('64:ff9b::/96'), at: 12 }, // NAT64 (RFC 6052)
  { block: toBlock('64:ff9b:1::/48'), at: 12 }, // NAT64 (RFC 8215)
  { block: toBlock('2002::/16'), at: 2 }, // 6to4 (RFC 3056)
  { block: toBlock('2001::/32'), at: 12, inverted: true }, // Teredo
];

/** Whether an address is loopback, link-local, unspecified, multicast or metadata, in whatever form. Text that is no address is refused. */
export function isRefusedAddress(text: string): boolean {
  const bytes = decodeIp(text);
  if (bytes === undefined) return true;
  if (REFUSED.some((block) => contains(block, bytes))) return true;
  return EMBEDDINGS.some((embedding) => {
    if (!contains(embedding.block, bytes)) return false;
    const inner = bytes
      .slice(embedding.at, embedding.at + 4)
      .map((byte) => (embedding.inverted ? byte ^ 0xff : byte));
    return REFUSED.some((block) => contains(block, inner));
  });
}

function contains(block: Block, address: Uint8Array): boolean {
  if (block.bytes.length !== address.length) return false;
  return address.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, block.bits - index * 8));
    const mask = (0xff00 >> bits) & 0xff;
    return (byte & mask) === ((block.bytes[index] ?? 0) & mask);
  });
}

function toBlock(text: string): Block {
  const [address = '', bits = ''] = text.split('/');
  return { bytes: decodeIp(address) ?? new Uint8Array(), bits: Number(bits) };
}
