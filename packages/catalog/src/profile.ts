/** Builds a profile from what differs. Leaves the data to the files named profiles. */

import type { RegistryProfile } from '@pullgate/policy';

type HostLists = Partial<Omit<RegistryProfile, 'registry' | 'name'>>;

/** @param registry host or host pattern, as in a policy */
export function toProfile(registry: string, name: string, hosts: HostLists = {}): RegistryProfile {
  return { registry, name, apiHosts: [], tokenHosts: [], blobHosts: [], broadBlobHosts: [], ...hosts };
}
