/** The configuration of the proxy point: its shape, defaults and parser. Leaves reading files and environment to the agent. */

import { quote } from '@pullgate/errors';
import { type Authority, parseAuthority } from '@pullgate/wire';
import { parseUpstream, type UpstreamConfig } from '../../egress/upstream.ts';
import { parseNumbers } from '../../parse-numbers.ts';
import { ProxyError } from './errors.ts';

export interface ProxyConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** The company's own proxy, if the machine has one. */
  readonly upstream: UpstreamConfig;
  /** The machine's own, which is let through always. */
  readonly controlPlane?: Authority;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** From the first moment of a connection, or of waiting for the next request, to the end of a head. */
  readonly headTimeoutMs: number;
  /** Name resolution, connecting, and the reply of an upstream proxy together. */
  readonly connectTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** How long `stop` lets tunnels end by themselves. */
  readonly stopTimeoutMs: number;
}

/** Reasons for the numbers stand in README.md, Configuration. */
const NUMBERS = {
  maxConnections: { fallback: 2048, min: 1, max: 100_000 },
  maxConnectionsPerAddress: { fallback: 1024, min: 1, max: 100_000 },
  headTimeoutMs: { fallback: 10_000, min: 100, max: 600_000 },
  connectTimeoutMs: { fallback: 10_000, min: 100, max: 600_000 },
  idleTimeoutMs: { fallback: 600_000, min: 1000, max: 86_400_000 },
  stopTimeoutMs: { fallback: 5000, min: 0, max: 600_000 },
} as const;

const OTHER_KEYS: ReadonlySet<string> = new Set(['listen', 'upstream', 'controlPlane']);
const DEFAULT_LISTEN = '127.0.0.1:7081';

/**
 * Parses the configuration; what is left out gets its default.
 *
 * @throws ProxyError `CONFIG_INVALID` with every problem and its path; values with credentials are not repeated.
 */
export function parseProxyConfig(value: unknown): ProxyConfig {
  const problems: string[] = [];
  const source = isRecord(value) ? value : {};
  if (!isRecord(value)) problems.push('expected an object');
  for (const key of Object.keys(source)) {
    if (!OTHER_KEYS.has(key) && !(key in NUMBERS)) problems.push(`${quote(key)}: unknown key`);
  }
  const config = {
    listen: parseListen(source.listen ?? DEFAULT_LISTEN, problems),
    upstream: parseUpstream(source.upstream ?? {}, problems),
    ...parseControlPlane(source.controlPlane, problems),
    ...parseNumbers(NUMBERS, source, problems),
  };
  if (problems.length === 0) return config;
  throw new ProxyError('CONFIG_INVALID', `the proxy's configuration is not valid: ${problems.join('; ')}`, {
    hint: 'correct the keys named above; the README of the proxy point lists all of them',
  });
}

function parseListen(value: unknown, problems: string[]): ProxyConfig['listen'] {
  const zero = typeof value === 'string' && value.endsWith(':0');
  const text = zero ? `${value.slice(0, -1)}1` : value;
  const parsed = typeof text === 'string' ? parseAuthority(text) : undefined;
  if (parsed?.ok) return { host: parsed.authority.host, port: zero ? 0 : parsed.authority.port };
  problems.push('listen: expected "host:port", with IPv6 in brackets');
  return { host: '', port: 0 };
}

function parseControlPlane(value: unknown, problems: string[]): Pick<ProxyConfig, 'controlPlane'> {
  if (value === undefined) return {};
  const parsed = typeof value === 'string' ? parseAuthority(value) : undefined;
  if (parsed?.ok) return { controlPlane: parsed.authority };
  problems.push('controlPlane: expected "host:port", with IPv6 in brackets');
  return {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
