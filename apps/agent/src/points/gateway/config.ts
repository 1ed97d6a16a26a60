/** The configuration of the gateway point: its shape, defaults and parser. Leaves reading files and environment to the agent. */

import { quote } from '@pullgate/errors';
import { parseUpstream, type UpstreamConfig } from '../../egress/upstream.ts';
import { parseNumbers } from '../../parse-numbers.ts';
import { GatewayError } from './errors.ts';

export interface GatewayConfig {
  /** Directory of the certificates that `agent install` makes, one folder per host. */
  readonly trustDir: string;
  /** Keeps what tags led to over a restart; without it, that is forgotten. */
  readonly tagsFile?: string;
  /** The company's own proxy, if the machine has one. */
  readonly upstream: UpstreamConfig;
  /** For the TLS handshake, for a whole request head, and for the next request on a kept connection. */
  readonly headTimeoutMs: number;
  /** Resolving, connecting and the handshake with a registry, each. */
  readonly connectTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
}

/** Reasons for the numbers stand in README.md, Configuration. */
const NUMBERS = {
  headTimeoutMs: { fallback: 120_000, min: 100, max: 600_000 },
  connectTimeoutMs: { fallback: 10_000, min: 100, max: 600_000 },
  idleTimeoutMs: { fallback: 600_000, min: 1000, max: 86_400_000 },
} as const;

const OTHER_KEYS: ReadonlySet<string> = new Set(['trustDir', 'tagsFile', 'upstream']);

/**
 * Parses the configuration; what is left out gets its default.
 *
 * @throws GatewayError `CONFIG_INVALID` with every problem and its path.
 */
export function parseGatewayConfig(value: Readonly<Record<string, unknown>>): GatewayConfig {
  const problems = Object.keys(value)
    .filter((key) => !OTHER_KEYS.has(key) && !(key in NUMBERS))
    .map((key) => `${quote(key)}: unknown key`);
  const { trustDir, tagsFile } = value;
  const upstream = parseUpstream(value.upstream ?? {}, problems);
  const numbers = parseNumbers(NUMBERS, value, problems);
  if (typeof trustDir !== 'string' || trustDir === '') problems.push('trustDir: expected a directory');
  const file = typeof tagsFile === 'string' && tagsFile !== '' ? { tagsFile } : {};
  if (tagsFile !== undefined && file.tagsFile === undefined) problems.push('tagsFile: expected a file');
  if (problems.length === 0 && typeof trustDir === 'string')
    return { trustDir, ...file, upstream, ...numbers };
  throw new GatewayError(
    'CONFIG_INVALID',
    `the gateway's configuration is not valid: ${problems.join('; ')}`,
    {
      hint: 'correct the keys named above; the README of the gateway point lists all of them',
    },
  );
}
