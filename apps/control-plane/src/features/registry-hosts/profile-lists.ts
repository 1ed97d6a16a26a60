/** Reads the profiles of a document by registry and host. Pure. */

import type { OwnProfile, PolicyDocument } from '@pullgate/policy';
import { parseRegistryHost } from '@pullgate/reference';

/** However it is written. */
export function isProfileOf(registry: string): (text: string) => boolean {
  const wanted = parseRegistryHost(registry);
  return (text) => parseRegistryHost(text) === wanted;
}

/** Whether the document lists the host for the registry, by its name. */
export function lists({ profiles = [] }: PolicyDocument, registry: string, host: string): boolean {
  const isOwn = isProfileOf(registry);
  return profiles.some((profile) => isOwn(profile.registry) && hostsOf(profile).includes(host));
}

function hostsOf({ tokenHosts = [], blobHosts = [], broadBlobHosts = [] }: OwnProfile): readonly string[] {
  return [...tokenHosts, ...blobHosts, ...broadBlobHosts];
}

/** The profiles with one more host. */
export function withHost(
  profiles: readonly OwnProfile[],
  {
    registry,
    list,
    host,
  }: { readonly registry: string; readonly list: keyof OwnProfile; readonly host: string },
): readonly object[] {
  const isOwn = isProfileOf(registry);
  if (!profiles.some((profile) => isOwn(profile.registry)))
    return [...profiles, { registry, [list]: [host] }];
  return profiles.map((profile) =>
    isOwn(profile.registry) ? { ...profile, [list]: [...(profile[list] ?? []), host] } : profile,
  );
}
