/** Finds profiles, and the hosts that come with an entry. Leaves deciding about them to the policy. */

import type { RegistryProfile } from '@pullgate/policy';
import {
  formatHostPattern,
  type HostPattern,
  matchHost,
  parseHostPattern,
  type RegistryHost,
} from '@pullgate/reference';

interface KnownProfile {
  readonly profile: RegistryProfile;
  readonly pattern: HostPattern;
}

/** A catalog's profiles, to look things up in. */
export interface CatalogIndex {
  /** The profile of one registry; where several patterns match, the most specific one's. */
  profileFor(registry: RegistryHost): RegistryProfile | undefined;
  /**
   * Hosts and host patterns that open together with an entry for these registries: API, token and dedicated blob hosts,
   * each once, in that order. Broad blob hosts never do, nor the other names of Docker Hub, which are Docker Hub.
   *
   * @param text an entry's host pattern; for a wildcard, every profile under it counts, for `**` none
   * @throws InvalidReferenceError as `parseHostPattern` does.
   */
  companionsOf(text: string): readonly string[];
}

/** @throws InvalidReferenceError for profiles that were not parsed as a catalog. */
export function createCatalogIndex(profiles: readonly RegistryProfile[]): CatalogIndex {
  const known = profiles.map((profile) => ({ profile, pattern: parseHostPattern(profile.registry) }));
  return {
    profileFor: (registry) => findProfile(known, registry),
    companionsOf: (text) => findCompanions(known, text),
  };
}

function findProfile(known: readonly KnownProfile[], registry: RegistryHost): RegistryProfile | undefined {
  const matching = known.filter(({ pattern }) => matchHost(pattern, registry));
  return matching.sort((a, b) => specificity(b.pattern) - specificity(a.pattern))[0]?.profile;
}

/** Exact before wildcards, longer suffixes before shorter, one label before many. */
function specificity(pattern: HostPattern): number {
  if (pattern.kind === 'exact') return Number.POSITIVE_INFINITY;
  if (pattern.kind === 'any') return -1;
  return pattern.suffix.length * 2 + (pattern.kind === 'one' ? 1 : 0);
}

function findCompanions(known: readonly KnownProfile[], text: string): readonly string[] {
  const hosts = profilesUnder(known, parseHostPattern(text)).flatMap(({ profile, pattern }) =>
    openedHosts(profile).filter(
      (host) => formatHostPattern(parseHostPattern(host)) !== formatHostPattern(pattern),
    ),
  );
  return [...new Set(hosts)];
}

/** What a profile opens, in the order of its lists. */
export function openedHosts(profile: RegistryProfile): readonly string[] {
  return [...profile.apiHosts, ...profile.tokenHosts, ...profile.blobHosts];
}

function profilesUnder(known: readonly KnownProfile[], entry: HostPattern): readonly KnownProfile[] {
  if (entry.kind === 'any') return [];
  if (entry.kind === 'exact') {
    const profile = findProfile(known, entry.host);
    return known.filter((one) => one.profile === profile);
  }
  return known.filter(({ pattern }) =>
    pattern.kind === 'exact'
      ? matchHost(entry, pattern.host)
      : formatHostPattern(pattern) === formatHostPattern(entry),
  );
}
