/** Says which list of a profile a host belongs in, by what it was seen as and by who else may be behind it. Pure. */

import { isSharedStorage } from '@pullgate/catalog';
import { createProfileJudge, type PolicyDocument, type RegistryProfile } from '@pullgate/policy';
import type { ProfileList } from '@pullgate/protocol';

export interface PlacedHost {
  readonly registry: string;
  readonly host: string;
  readonly kinds: readonly string[];
}

/**
 * Shared storage, other registries and hosts that answer for the registry go where they open nothing. A host that issues tokens
 * and serves blobs is a blob host: both open alike.
 */
export function createPlacement(
  document: PolicyDocument,
  catalog: readonly RegistryProfile[],
): (host: PlacedHost) => ProfileList {
  const mayOpen = createProfileJudge({ entries: document.registries, catalog });
  return ({ registry, host, kinds }) => {
    if (kinds.includes('mirror') || isSharedStorage(host) || !mayOpen(registry, host)) {
      return 'broadBlobHosts';
    }
    return kinds.some((kind) => kind !== 'token') ? 'blobHosts' : 'tokenHosts';
  };
}
