/**
 * Normalizes DNS names and IP literals, so that one host has one spelling. Leaves ports and the aliases of Docker Hub
 * to registry-host.ts.
 */

import { InvalidReferenceError, quoteHost } from './error.ts';

/** The longest name DNS carries, in text form without the trailing dot (RFC 1035, 2.3.4). */
const MAX_NAME_LENGTH = 253;

/** A label; the underscore is no host name character (RFC 952), but compose service names carry it. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

const OCTET = '(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6_CHARACTERS = /^[0-9a-fA-F:.]{2,45}$/;
const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * A last label that resolvers of the old kind read as a number: `127.1`, `0x7f000001` and `2130706433` all reach
 * 127.0.0.1 there. Whoever wants to pass by a rule for an address writes it so; only the plain dotted form is let in.
 */
const NUMERIC_LABEL = /^(?:[0-9]+|0x[0-9a-f]*)$/;

/**
 * Normalizes a host name or IPv4 address: lower case, A-labels, no trailing dot.
 *
 * @throws InvalidReferenceError `HOST_INVALID`.
 */
export function normalizeHostname(text: string): string {
  const ascii = toAscii(text);
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (IPV4.test(name)) return name;
  const labels = name.split('.');
  if (name.length > MAX_NAME_LENGTH || !labels.every((label) => LABEL.test(label))) {
    throw new InvalidReferenceError(
      'HOST_INVALID',
      `a host is labels of a-z, 0-9 and "-" with dots between them, got ${quoteHost(text)}`,
    );
  }
  if (endsInNumber(name)) {
    throw new InvalidReferenceError('HOST_INVALID', `not a host name or IPv4 address: ${quoteHost(text)}`, {
      hint: 'write an IPv4 address as four decimal numbers without leading zeros',
    });
  }
  return name;
}

/** Whether the last label is a number in decimal or hex: no host name, whatever stands before it. */
export function endsInNumber(name: string): boolean {
  return NUMERIC_LABEL.test(name.slice(name.lastIndexOf('.') + 1));
}

/** Keeps the converter from reading digits of other scripts as a short IPv4 address; cut off again. */
const LETTER_LABEL = '.x';

/**
 * The converter reads its argument as a URL's host, percent signs and slashes included; so all ASCII that no host name
 * has keeps away from it, and what comes out is checked like any other input.
 */
function toAscii(text: string): string {
  const isHostText = /^[-.\w\u{80}-\u{10ffff}]*$/u.test(text);
  if (!isHostText || /^[\w.-]*$/.test(text)) return text.toLowerCase();
  return (URL.parse(`http://${text}${LETTER_LABEL}`)?.hostname ?? '').slice(0, -LETTER_LABEL.length);
}

/**
 * Normalizes an IPv6 address, given without brackets, to the shortest form (RFC 5952) in brackets. An IPv4-mapped
 * address becomes the IPv4 address, which is where a connection to it goes. Zones are refused.
 *
 * @throws InvalidReferenceError `HOST_INVALID`.
 */
export function normalizeIpv6(text: string): string {
  const address = IPV6_CHARACTERS.test(text) ? URL.parse(`http://[${text}]/`)?.hostname : undefined;
  if (address === undefined) {
    throw new InvalidReferenceError('HOST_INVALID', `not an IPv6 address: ${quoteHost(text)}`);
  }
  const mapped = MAPPED_IPV4.exec(address.slice(1, -1));
  if (mapped === null) return address;
  const bits = (Number.parseInt(mapped[1] ?? '', 16) << 16) | Number.parseInt(mapped[2] ?? '', 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

export function isIpv4(name: string): boolean {
  return IPV4.test(name);
}
