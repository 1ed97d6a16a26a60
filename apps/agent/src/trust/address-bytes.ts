/** Addresses as certificates hold them: four bytes, or sixteen. */

import { isIPv4 } from 'node:net';

/** @param address IPv4 or IPv6 without brackets, already found to be one */
export function toAddressBytes(address: string): Buffer {
  return isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : toIpv6Bytes(address);
}

function toIpv6Bytes(address: string): Buffer {
  const [head = '', tail] = withHexEnd(address).split('::');
  const left = toGroups(head);
  const right = toGroups(tail ?? '');
  const gap = tail === undefined ? [] : new Array<number>(8 - left.length - right.length).fill(0);
  return Buffer.from([...left, ...gap, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

const toGroups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

/** `::ffff:10.0.0.1` ends with an IPv4 address. */
function withHexEnd(address: string): string {
  const dotted = address.slice(address.lastIndexOf(':') + 1);
  if (!isIPv4(dotted)) return address;
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  return address.slice(0, address.length - dotted.length) + hex;
}
