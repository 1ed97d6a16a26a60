/**
 * Patterns over registries. No regular expressions.
 *
 *     pattern = registry | "*." name [ ":" port ] | "**." name [ ":" port ] | "**"
 *
 * `*.x` is exactly one label before `x`, `**.x` one or more; neither matches `x`. IP addresses stand exact only.
 */

import { InvalidReferenceError, quoteHost } from './error.ts';
import { endsInNumber, normalizeHostname } from './hostname.ts';
import type { RegistryHostOptions } from './registry-host.ts';
import {
  defaultPort,
  joinPort,
  parsePort,
  parseRegistryHost,
  registryAddress,
  splitPort,
} from './registry-host.ts';
import type { HostPattern, RegistryHost } from './types.ts';

const HTTPS_PORT = 443;

/**
 * Parses a host pattern. As with registries, a port left out is 443, or 80 with `insecure`, and 443 is left out of
 * the result.
 *
 * @throws InvalidReferenceError `HOST_PATTERN_INVALID` for misplaced stars, else `HOST_INVALID` or `PORT_INVALID`.
 */
export function parseHostPattern(text: string, options: RegistryHostOptions = {}): HostPattern {
  if (text === '**') return { kind: 'any' };
  const wildcard = /^(\*\*?)\.(.+)$/s.exec(text);
  const rest = wildcard?.[2] ?? text;
  if (rest.includes('*')) throw misplacedStar(text);
  if (wildcard === null) return { kind: 'exact', host: parseRegistryHost(text, options) };
  const [suffixText, portText] = splitPort(rest);
  const suffix = parseSuffix(text, suffixText);
  const port = portText === undefined ? defaultPort(options) : parsePort(portText);
  const kind = wildcard[1] === '*' ? 'one' : 'many';
  return port === HTTPS_PORT ? { kind, suffix } : { kind, suffix, port };
}

function parseSuffix(text: string, suffixText: string): string {
  if (suffixText.startsWith('[') || endsInNumber(suffixText.replace(/\.$/, ''))) {
    throw new InvalidReferenceError(
      'HOST_PATTERN_INVALID',
      `no wildcards over IP addresses, got ${quoteHost(text)}`,
      {
        hint: 'list each address as an entry of its own',
      },
    );
  }
  return normalizeHostname(suffixText);
}

function misplacedStar(text: string): InvalidReferenceError {
  return new InvalidReferenceError(
    'HOST_PATTERN_INVALID',
    `"*" stands for whole first labels only, got ${quoteHost(text)}`,
    {
      hint: 'write *.example.com for one label, **.example.com for one or more, ** for every registry',
    },
  );
}

/** The form {@link parseHostPattern} reads back, without options, as the same pattern. */
export function formatHostPattern(pattern: HostPattern): string {
  if (pattern.kind === 'any') return '**';
  if (pattern.kind === 'exact') return pattern.host;
  const stars = pattern.kind === 'one' ? '*' : '**';
  return `${stars}.${joinPort(pattern.suffix, pattern.port ?? HTTPS_PORT)}`;
}

export function matchHost(pattern: HostPattern, host: RegistryHost): boolean {
  if (pattern.kind === 'any') return true;
  if (pattern.kind === 'exact') return pattern.host === host;
  const { hostname, port } = registryAddress(host);
  if (port !== (pattern.port ?? HTTPS_PORT) || !hostname.endsWith(`.${pattern.suffix}`)) return false;
  const labels = hostname.slice(0, -pattern.suffix.length - 1);
  return labels !== '' && (pattern.kind === 'many' || !labels.includes('.'));
}
