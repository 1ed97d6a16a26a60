/**
 * Parses `host[:port]` to the one spelling under which a registry is known. Leaves wildcards to host-pattern.ts.
 *
 *     registry = host [ ":" port ]
 *     host     = name | ipv4 | "[" ipv6 "]"
 *     name     = label *( "." label ) [ "." ]
 *     port     = 1*DIGIT                        ; 1 to 65535
 */

import { InvalidReferenceError, quoteHost } from './error.ts';
import { isIpv4, normalizeHostname, normalizeIpv6 } from './hostname.ts';
import type { RegistryHost } from './types.ts';

export const DOCKER_HUB = 'docker.io' as RegistryHost;

/** Other names of Docker Hub's registry. The distribution's library folds the first only; the others reach Hub as well. */
export const HUB_ALIASES: readonly string[] = [
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
];

const HTTPS_PORT = 443;
const HTTP_PORT = 80;

/** Four times the longest name in DNS: no valid input is longer, even in Unicode with each character escaped. */
const MAX_HOST_TEXT_LENGTH = 1024;

export interface RegistryHostOptions {
  /** Plain HTTP: a port left out is then 80. */
  readonly insecure?: boolean;
}

/** Host and port of a registry, as a socket takes them: an IPv6 address stands without brackets. */
export interface RegistryAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Parses and normalizes `host[:port]`.
 *
 * @throws InvalidReferenceError `HOST_INVALID` or `PORT_INVALID`.
 */
export function parseRegistryHost(text: string, options: RegistryHostOptions = {}): RegistryHost {
  const [hostText, portText] = splitPort(text);
  const hostname = hostText.startsWith('[')
    ? normalizeIpv6(hostText.slice(1, -1))
    : normalizeHostname(hostText);
  const port = portText === undefined ? defaultPort(options) : parsePort(portText);
  return joinPort(HUB_ALIASES.includes(hostname) ? DOCKER_HUB : hostname, port);
}

export function defaultPort(options: RegistryHostOptions): number {
  return options.insecure === true ? HTTP_PORT : HTTPS_PORT;
}

/** Splits `host[:port]`; brackets stay on an IPv6 address. @throws InvalidReferenceError `HOST_INVALID`. */
export function splitPort(text: string): readonly [host: string, port: string | undefined] {
  if (text === '' || text.length > MAX_HOST_TEXT_LENGTH || /[/@]/.test(text)) throw notAHost(text);
  if (text.startsWith('[')) return splitBracketed(text);
  const colon = text.indexOf(':');
  if (colon === -1) return [text, undefined];
  if (text.includes(':', colon + 1)) throw notAHost(text);
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function splitBracketed(text: string): readonly [string, string | undefined] {
  const end = text.indexOf(']') + 1;
  if (end === 0) throw notAHost(text);
  if (end === text.length) return [text, undefined];
  if (text[end] !== ':') throw notAHost(text);
  return [text.slice(0, end), text.slice(end + 1)];
}

function notAHost(text: string): InvalidReferenceError {
  const hint = hintFor(text);
  return new InvalidReferenceError(
    'HOST_INVALID',
    `a registry is host[:port], got ${quoteHost(text)}`,
    hint === undefined ? {} : { hint },
  );
}

function hintFor(text: string): string | undefined {
  if (text.includes('/')) return 'leave out the scheme and everything after the host';
  if (text.includes('@')) return 'leave out the credentials';
  return text.split(':').length > 2 ? 'put an IPv6 address in brackets, as in [2001:db8::1]:5000' : undefined;
}

/** Leading zeros are read as engines read them: `0443` is 443. @throws InvalidReferenceError `PORT_INVALID`. */
export function parsePort(text: string): number {
  const port = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidReferenceError(
    'PORT_INVALID',
    `a port is a number from 1 to 65535, got ${quoteHost(text)}`,
  );
}

/** Writes a normalized host with its port, 443 left out. */
export function joinPort(hostname: string, port: number): RegistryHost {
  return (port === HTTPS_PORT ? hostname : `${hostname}:${port}`) as RegistryHost;
}

/**
 * The registry at a socket's far end.
 *
 * @param hostname name, IPv4 address, or IPv6 address without brackets
 * @throws InvalidReferenceError `HOST_INVALID` or `PORT_INVALID`.
 */
export function parseRegistryAddress({ hostname, port }: RegistryAddress): RegistryHost {
  const isIpv6 = hostname.includes(':') && !hostname.startsWith('[');
  return parseRegistryHost(`${isIpv6 ? `[${hostname}]` : hostname}:${port}`);
}

/**
 * Host and port that a registry's name stands for. For Docker Hub this is `docker.io`, a name under which its API
 * does not answer: who dials takes the host that the client asked for, or the catalog's.
 */
export function registryAddress(host: RegistryHost): RegistryAddress {
  const [hostname, port] = splitPort(host);
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { hostname: bare, port: port === undefined ? HTTPS_PORT : Number(port) };
}

export function isIpLiteral(host: RegistryHost): boolean {
  return host.startsWith('[') || isIpv4(splitPort(host)[0]);
}

/** Whether this is Docker Hub itself; `docker.io` on another port is not. */
export function isDockerHub(host: RegistryHost): boolean {
  return host === DOCKER_HUB;
}
