/** Tells whether a policy knows a host that a registry was seen to use. Leaves whether the host is open to `judge-host.ts`. */

import { matchHost, type RegistryHost } from '@pullgate/reference';
import type { CompiledPolicy } from './compile-policy.ts';
import { hasMatch } from './host-index.ts';

/** `unlisted`: no entry allows anything on the registry, so what it uses is of no concern. */
export type HostStanding = 'known' | 'unknown' | 'unlisted';

/** A host that a profile lists for one purpose is known for every other: what it is used for is the registry's affair. */
export function standingOf(policy: CompiledPolicy, registry: RegistryHost, host: RegistryHost): HostStanding {
  if (!hasMatch(policy.allows.hosts, registry)) return 'unlisted';
  if (host === registry) return 'known';
  const isKnown = policy.surroundings.knownHosts.some(
    ({ pattern, hosts }) => matchHost(pattern, registry) && hosts.some((known) => matchHost(known, host)),
  );
  return isKnown ? 'known' : 'unknown';
}
