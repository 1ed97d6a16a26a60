/** Compares what a registry showed with what the catalog says, and makes a profile of it. Pure. */

import { createCatalogIndex, isRentedHost } from '@pullgate/catalog';
import type { OwnProfile, RegistryProfile } from '@pullgate/policy';
import {
  formatHostPattern,
  matchHost,
  parseHostPattern,
  parseRegistryHost,
  type RegistryHost,
} from '@pullgate/reference';
import type { Discovery } from './discover-registry.ts';

/**
 * `listed`: the catalog lets it open with the registry. `own`: the policy of the organization does. `inspected`: either of
 * them, or its own name, says that it serves others too, or that it is another registry, so it never opens. `new`: nobody
 * knows it.
 */
export type HostState = 'listed' | 'own' | 'inspected' | 'new';

export interface FoundHost {
  readonly role: 'api' | 'token' | 'blob';
  readonly host: string;
  readonly state: HostState;
}

export interface Comparison {
  /** Name in the catalog. */
  readonly name?: string;
  readonly hosts: readonly FoundHost[];
  /** What was found, joined to what the catalog says of this registry: as it could stand in a catalog. */
  readonly profile: RegistryProfile;
}

export function compareWithCatalog(
  registry: RegistryHost,
  discovery: Discovery,
  profiles: readonly RegistryProfile[],
  own: readonly OwnProfile[] = [],
): Comparison {
  const known = createCatalogIndex(profiles).profileFor(registry);
  const registries = profiles
    .filter((profile) => profile !== known)
    .flatMap(({ registry: name, apiHosts }) => [name, ...apiHosts]);
  const accepted = own.filter((profile) => parseRegistryHost(profile.registry) === registry);
  const opened = accepted.flatMap(({ tokenHosts = [], blobHosts = [] }) => [...tokenHosts, ...blobHosts]);
  const broad = [
    known?.broadBlobHosts ?? [],
    ...accepted.map(({ broadBlobHosts = [] }) => broadBlobHosts),
  ].flat();
  const stateOf = (host: string): HostState => {
    if (
      known !== undefined &&
      isIn([known.registry, ...known.apiHosts, ...known.tokenHosts, ...known.blobHosts], host)
    )
      return 'listed';
    const isInspected = isIn(broad, host) || isIn(registries, host) || isRentedHost(host);
    if (isInspected) return 'inspected';
    return isIn(opened, host) ? 'own' : 'new';
  };
  const toHosts = (role: FoundHost['role'], hosts: readonly string[]) =>
    hosts.map((host) => ({ role, host, state: stateOf(host) }));
  const hosts = [
    ...toHosts('api', discovery.apiHosts),
    ...toHosts('token', discovery.tokenHosts),
    ...toHosts('blob', discovery.blobHosts),
  ];
  return {
    ...(known !== undefined && { name: known.name }),
    hosts,
    profile: toProfile(registry, known, hosts),
  };
}

function isIn(patterns: readonly string[], host: string): boolean {
  const exact = parseRegistryHost(host);
  return patterns.some((pattern) => matchHost(parseHostPattern(pattern), exact));
}

function toProfile(
  registry: RegistryHost,
  known: RegistryProfile | undefined,
  hosts: readonly FoundHost[],
): RegistryProfile {
  const base = known ?? {
    registry,
    name: registry,
    apiHosts: [],
    tokenHosts: [],
    blobHosts: [],
    broadBlobHosts: [],
  };
  const news = (role: FoundHost['role']) =>
    hosts.filter((found) => found.role === role && found.state === 'new').map(({ host }) => spell(host));
  const inspected = hosts.filter(({ state }) => state === 'inspected').map(({ host }) => spell(host));
  return {
    registry: base.registry,
    name: base.name,
    apiHosts: join(base.apiHosts, news('api')),
    tokenHosts: join(base.tokenHosts, news('token')),
    blobHosts: join(base.blobHosts, news('blob')),
    broadBlobHosts: join(
      base.broadBlobHosts,
      inspected.filter((host) => !isIn(base.broadBlobHosts, host)),
    ),
  };
}

const spell = (host: string): string => formatHostPattern(parseHostPattern(host));

const join = (known: readonly string[], found: readonly string[]): readonly string[] => [
  ...new Set([...known, ...found]),
];
