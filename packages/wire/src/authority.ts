/** Parses `host[:port]` as it stands in request targets. Leaves registry names and their aliases to `reference`. */

import { isIPv4, isIPv6Text } from './ip-text.ts';

/** A host as a proxy dials it: lower case, without trailing dot, IPv6 without brackets and in its shortest form. */
export interface Authority {
  readonly host: string;
  readonly kind: 'name' | 'ipv4' | 'ipv6';
  readonly port: number;
}

export type AuthorityResult =
  | { readonly ok: true; readonly authority: Authority }
  | { readonly ok: false; readonly problem: string };

/** RFC 1035, 3.1: a name has at most 253 visible octets. */
const MAX_NAME_LENGTH = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** No leading zero, so that one port has one spelling. */
const PORT = /^[1-9][0-9]{0,4}$/;

/**
 * Parses an authority (RFC 3986, 3.2, without userinfo and without percent-encoding):
 *
 *     authority = host [ ":" port ]
 *     host      = "[" IPv6address "]" / IPv4address / name [ "." ]
 *     name      = label *( "." label )            ; A-labels; U-labels are refused
 *     port      = 1..65535
 *
 * `defaultPort` absent means that the port must be written. Numbers that some resolvers take for addresses (`127.1`,
 * `0x7f.0.0.1`, `2130706433`) are refused: a client could hide loopback behind them.
 */
export function parseAuthority(text: string, defaultPort?: number): AuthorityResult {
  if (text.includes('@')) return refuse('user information is not allowed in the target');
  if (text.includes('%')) return refuse('percent-encoding is not allowed in the host');
  const split = text.startsWith('[') ? splitBracketed(text) : splitPlain(text);
  if (split === undefined) return refuse('the target is not host:port');
  const port = toPort(split.port, defaultPort);
  if (typeof port === 'string') return refuse(port);
  return split.bracketed ? toIPv6(split.host, port) : toNameOrIPv4(split.host, port);
}

/** Formats for a `Host` field or a request target. Writes the port unless it is `defaultPort`. */
export function formatAuthority(authority: Authority, defaultPort?: number): string {
  const host = authority.kind === 'ipv6' ? `[${authority.host}]` : authority.host;
  return authority.port === defaultPort ? host : `${host}:${authority.port}`;
}

interface Split {
  readonly host: string;
  readonly port: string | undefined;
  readonly bracketed: boolean;
}

function splitBracketed(text: string): Split | undefined {
  const close = text.indexOf(']');
  if (close < 0) return undefined;
  const rest = text.slice(close + 1);
  if (rest !== '' && !rest.startsWith(':')) return undefined;
  return { host: text.slice(1, close), port: rest === '' ? undefined : rest.slice(1), bracketed: true };
}

function splitPlain(text: string): Split | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return { host: text, port: undefined, bracketed: false };
  if (text.indexOf(':', colon + 1) >= 0) return undefined;
  return { host: text.slice(0, colon), port: text.slice(colon + 1), bracketed: false };
}

function toPort(text: string | undefined, defaultPort: number | undefined): number | string {
  if (text === undefined) return defaultPort ?? 'the target has no port';
  if (!PORT.test(text) || Number(text) > 65535) return 'the port is not a number from 1 to 65535';
  return Number(text);
}

function toIPv6(host: string, port: number): AuthorityResult {
  if (!isIPv6Text(host)) return refuse('the address in brackets is not IPv6');
  // The URL standard's serializer gives the shortest form (RFC 5952 but for dotted tails).
  const shortest = new URL(`http://[${host}]/`).hostname.slice(1, -1);
  return { ok: true, authority: { host: shortest, kind: 'ipv6', port } };
}

function toNameOrIPv4(text: string, port: number): AuthorityResult {
  const lower = text.toLowerCase();
  const host = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (isIPv4(host)) return { ok: true, authority: { host, kind: 'ipv4', port } };
  if (host === '') return refuse('the host is empty');
  if (host.length > MAX_NAME_LENGTH) return refuse('the host is longer than 253 characters');
  const labels = host.split('.');
  if (!labels.every((label) => LABEL.test(label))) {
    return refuse(
      'the host is not a name of letters, digits and hyphens (international names in their xn-- form)',
    );
  }
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? ''))
    return refuse('the host is a number but no IPv4 address');
  return { ok: true, authority: { host, kind: 'name', port } };
}

function refuse(problem: string): AuthorityResult {
  return { ok: false, problem };
}
