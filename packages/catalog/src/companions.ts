/** Finds profiles, and the hosts that come with an entry. Leaves deciding about them to the policy. */

import type { RegistryProfile } from '@pullgate/policy';
import {
  formatHostPattern,
  type HostPattern,
  matchHost,
  parseHostPattern,
  type RegistryHost,
} from '@pullgate/reference';
import { CATALOG } from './catalog.ts';

interface KnownProfile {
  readonly profile: RegistryProfile;
  readonly pattern: HostPattern;
}

const KNOWN: readonly KnownProfile[] = CATALOG.map((profile) => ({
  profile,
  pattern: parseHostPattern(profile.registry),
}));

/** The profile of one registry; where several patterns match, the most specific one's. */
export function profileFor(registry: RegistryHost): RegistryProfile | undefined {
  const matching = KNOWN.filter(({ pattern }) => matchHost(pattern, registry));
  return matching.sort((a, b) => specificity(b.pattern) - specificity(a.pattern))[0]?.profile;
}

/** Exact before wildcards, longer suffixes before shorter, one label before many. */
function specificity(pattern: HostPattern): number {
  if (pattern.kind === 'exact') return Number.POSITIVE_INFINITY;
  if (pattern.kind === 'any') return -1;
  return pattern.suffix.length * 2 + (pattern.kind === 'one' ? 1 : 0);
}

/**
 * Hosts and host patterns that open together with an entry for these registries: API, token and dedicated blob hosts,
 * each once, in that order. Broad blob hosts never do, nor the other names of Docker Hub, which are Docker Hub.
 *
 * @param text an entry's host pattern; for a wildcard, every profile under it counts, for `**` none
 * @throws InvalidReferenceError as `parseHostPattern` does.
 */
export function companionsOf(text: string): readonly string[] {
  const entry = parseHostPattern(text);
  const hosts = profilesUnder(entry).flatMap(({ profile, pattern }) =>
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

function profilesUnder(entry: HostPattern): readonly KnownProfile[] {
  if (entry.kind === 'any') return [];
  if (entry.kind === 'exact') {
    const profile = profileFor(entry.host);
    return KNOWN.filter((known) => known.profile === profile);
  }
  return KNOWN.filter(({ pattern }) =>
    pattern.kind === 'exact'
      ? matchHost(entry, pattern.host)
      : formatHostPattern(pattern) === formatHostPattern(entry),
  );
}
