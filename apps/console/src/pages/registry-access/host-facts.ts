/** What a typed registry is made of, told while one types. Pure. */

import type { CatalogIndex } from '@pullgate/catalog';
import {
  formatHostPattern,
  InvalidReferenceError,
  isDockerHub,
  parseHostPattern,
  parseRepository,
  registryAddress,
} from '@pullgate/reference';

export interface HostFacts {
  /** The spelling under which it is kept. */
  readonly registry: string;
  readonly kind: 'exact' | 'one' | 'many' | 'any';
  /** Behind the stars. */
  readonly suffix?: string;
  readonly port?: number;
  readonly name?: string;
  readonly companions: readonly string[];
  readonly hadScheme: boolean;
  /** Pattern made of the path that was typed behind the host. */
  readonly pathPattern?: string;
  readonly hadPath: boolean;
  readonly isHubAlias: boolean;
}

export interface HostError {
  readonly message: string;
  readonly hint?: string;
}

export type HostReading = { readonly facts: HostFacts } | { readonly error: HostError } | undefined;

/** Undefined while nothing is typed. Name and companions are told by the catalog, where one is given. */
export function readHost(text: string, insecure = false, catalog?: CatalogIndex): HostReading {
  const typed = text.trim();
  if (typed === '') return undefined;
  const { host, path, hadScheme } = split(typed);
  try {
    return { facts: { ...factsOf(host, insecure, catalog), hadScheme, ...pathFacts(path) } };
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    return { error: { message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) } };
  }
}

/** People paste addresses as their browser shows them, and images as they pull them. */
function split(typed: string) {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(typed) ?? [];
  const slash = rest.indexOf('/');
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? undefined : rest.slice(slash + 1).replace(/^v2\/?/, '');
  return { host, path, hadScheme: scheme !== '' };
}

function factsOf(host: string, insecure: boolean, catalog: CatalogIndex | undefined) {
  const pattern = parseHostPattern(host, { insecure });
  const companions = catalog?.companionsOf(host) ?? [];
  if (pattern.kind === 'any') return { registry: '**', kind: 'any', companions, isHubAlias: false } as const;
  if (pattern.kind !== 'exact') {
    const port = pattern.port === undefined ? {} : { port: pattern.port };
    const registry = formatHostPattern(pattern);
    return { registry, kind: pattern.kind, suffix: pattern.suffix, ...port, companions, isHubAlias: false };
  }
  const { port } = registryAddress(pattern.host);
  const profile = catalog?.profileFor(pattern.host);
  return {
    registry: pattern.host,
    kind: 'exact',
    ...(port === 443 ? {} : { port }),
    ...(profile === undefined ? {} : { name: profile.name }),
    companions: isDockerHub(pattern.host) ? [] : companions,
    isHubAlias: isDockerHub(pattern.host) && host.toLowerCase() !== 'docker.io',
  } as const;
}

function pathFacts(path: string | undefined) {
  if (path === undefined || path === '') return { hadPath: false };
  const repository = path.replace(/[:@].*$/, '').replace(/\/+$/, '');
  try {
    parseRepository(repository);
    return { hadPath: true, pathPattern: repository };
  } catch {
    return { hadPath: true };
  }
}
