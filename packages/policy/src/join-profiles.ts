/** Joins what the catalog knows of registries with what the organization knows itself. Leaves deciding to the compiler's readers. */

import { type HostPattern, hasOverlap, parseHostPattern } from '@pullgate/reference';
import type { OwnProfile, RegistryProfile } from './types.ts';

/**
 * The catalog's profiles as they are, and behind them the organization's own: hosts are added, never taken away. A host that
 * the catalog calls broad stays broad whatever the organization says, since whoever rents room there would be opened with it.
 */
export function joinProfiles(
  catalog: readonly RegistryProfile[],
  own: readonly OwnProfile[] = [],
): readonly RegistryProfile[] {
  if (own.length === 0) return catalog;
  const broad = catalog.flatMap(({ broadBlobHosts }) => broadBlobHosts.map((text) => parseHostPattern(text)));
  return [...catalog, ...own.map((profile) => toProfile(profile, broad))];
}

function toProfile(own: OwnProfile, broad: readonly HostPattern[]): RegistryProfile {
  const { registry, tokenHosts = [], blobHosts = [], broadBlobHosts = [] } = own;
  const isBroad = (host: string) => isBroadHost(host, broad);
  return {
    registry,
    name: registry,
    apiHosts: [],
    tokenHosts: tokenHosts.filter((host) => !isBroad(host)),
    blobHosts: blobHosts.filter((host) => !isBroad(host)),
    broadBlobHosts: [...broadBlobHosts, ...[...tokenHosts, ...blobHosts].filter(isBroad)],
  };
}

/** Whether a host, or some host of a pattern, is one that serves much else. */
export function isBroadHost(host: string, broad: readonly HostPattern[]): boolean {
  const pattern = parseHostPattern(host);
  return broad.some((other) => hasOverlap(other, pattern));
}
