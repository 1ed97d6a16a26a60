/** Which next proxy a request goes through, if any, and its exceptions (`NO_PROXY`). Leaves the sockets to dial.ts. */

import { BlockList } from 'node:net';
import { type Authority, decodeIp, formatAuthority, parseAuthority } from '@pullgate/wire';

export interface UpstreamProxy {
  readonly address: Authority;
  /** Value of Proxy-Authorization; a secret. */
  readonly authorization: string | undefined;
}

export interface UpstreamConfig {
  /** For CONNECT. */
  readonly https?: UpstreamProxy;
  /** For plain HTTP. */
  readonly http?: UpstreamProxy;
  /** Whether a target is reached without the upstream proxy. */
  readonly bypasses: (target: Authority) => boolean;
}

const KEYS = ['https', 'http', 'noProxy'];

/** Parses `{ https?, http?, noProxy? }`, adding what is wrong to `problems`. A URL's text never enters a problem: it may hold a password. */
export function parseUpstream(value: unknown, problems: string[]): UpstreamConfig {
  if (typeof value !== 'object' || value === null) {
    problems.push('upstream: expected an object');
    return { bypasses: () => true };
  }
  const source = value as Record<string, unknown>;
  for (const key of Object.keys(source)) {
    if (!KEYS.includes(key)) problems.push(`upstream.${key}: unknown key`);
  }
  const https = parseProxyUrl(source.https, 'upstream.https', problems);
  const http = parseProxyUrl(source.http, 'upstream.http', problems);
  const bypasses = parseNoProxy(source.noProxy ?? '', problems);
  return { ...(https && { https }), ...(http && { http }), bypasses };
}

function parseProxyUrl(value: unknown, path: string, problems: string[]): UpstreamProxy | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const plain = url?.protocol === 'http:' && url.pathname === '/' && url.search === '' && url.hash === '';
  const parsed =
    url && parseAuthority(url.port === '' ? `${url.hostname}:80` : `${url.hostname}:${url.port}`);
  if (!plain || !parsed?.ok) {
    problems.push(`${path}: expected "http://[user:password@]host:port"`);
    return undefined;
  }
  const decoded = decodeUserInfo(url);
  if (decoded === undefined) problems.push(`${path}: user and password are not valid percent-encoding`);
  return { address: parsed.authority, authorization: decoded || undefined };
}

/** RFC 7617; empty without credentials, `undefined` when they cannot be decoded. */
function decodeUserInfo(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return '';
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  } catch {
    return undefined;
  }
}

type Rule = (target: Authority) => boolean;

/**
 * Parses NO_PROXY as Go's and curl's users know it, comma-separated:
 *
 *     entry = "*" / cidr / address [ ":" port ] / [ "*" ] [ "." ] name [ ":" port ]
 *
 * `name` matches itself and every name below it, `.name` only names below it. CIDR blocks match targets that are
 * written as addresses; names are not resolved for it.
 */
export function parseNoProxy(value: unknown, problems: string[]): Rule {
  if (typeof value !== 'string') {
    problems.push('upstream.noProxy: expected text');
    return () => false;
  }
  const entries = value
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  const rules = entries.map((entry) => {
    const rule = parseEntry(entry);
    if (rule === undefined) problems.push('upstream.noProxy: expected names, addresses, CIDR blocks or "*"');
    return rule ?? (() => false);
  });
  return (target) => rules.some((rule) => rule(target));
}

function parseEntry(entry: string): Rule | undefined {
  if (entry === '*') return () => true;
  if (entry.includes('/')) return parseCidr(entry);
  if (decodeIp(entry)?.length === 16) return parseEntry(`[${entry}]`);
  const below = /^\*?\./.test(entry);
  const parsed = parseAuthority(below ? entry.replace(/^\*?\./, '') : entry, ANY_PORT);
  if (!parsed.ok) return undefined;
  const { host, kind, port } = parsed.authority;
  const portFits: Rule = (target) => port === ANY_PORT || target.port === port;
  if (kind !== 'name') return (target) => target.host === host && portFits(target);
  return (target) =>
    portFits(target) &&
    ((!below && target.host === host) || (target.kind === 'name' && target.host.endsWith(`.${host}`)));
}

/** Stands for "no port written"; no target has it. */
const ANY_PORT = 0;

function parseCidr(entry: string): Rule | undefined {
  const [address = '', bits = '', ...more] = entry.split('/');
  const bytes = decodeIp(address);
  if (bytes === undefined || more.length > 0 || !/^[0-9]{1,3}$/.test(bits) || Number(bits) > bytes.length * 8)
    return undefined;
  const family = bytes.length === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return (target) => target.kind === family && block.check(target.host, family);
}

/** The proxy for a target, or `undefined` when it is dialled directly. */
export function selectUpstream(
  config: UpstreamConfig,
  scheme: 'http' | 'https',
  target: Authority,
): UpstreamProxy | undefined {
  const proxy = config[scheme];
  return proxy === undefined || config.bypasses(target) ? undefined : proxy;
}

/** Names an upstream proxy for people: host and port, never its credentials. */
export function formatUpstream(proxy: UpstreamProxy): string {
  return formatAuthority(proxy.address);
}
