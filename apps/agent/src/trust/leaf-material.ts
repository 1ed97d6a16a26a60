/** Finds a registry's certificate that is in place, or makes a new one when it is damaged, missing or old. */

import { X509Certificate } from 'node:crypto';
import { isDockerHub, type RegistryHost } from '@pullgate/reference';
import { toHash } from '../install/install-record.ts';
import type { FileState } from '../install/plan.ts';
import { type Authority, createAuthority, issueLeaf, type Leaf, type TrustNames } from './certificates.ts';
import { isPastTwoThirds, toValidity } from './life-time.ts';
import { toTrustLabel, toTrustNames } from './trust-names.ts';

/** Made anew when a third of it is left: a machine may be off for a month. */
const LEAF_LIFE_MS = 90 * 86_400_000;

export interface LeafMaterial extends Leaf {
  /** PEM of the authority that engines trust. */
  readonly authority: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export interface PlacedLeaf {
  readonly chain: FileState;
  readonly key: FileState;
}

/** @param hub signs for Docker Hub; every other registry's authority is made here and forgotten, key and all */
export function toLeafMaterial(
  registry: RegistryHost,
  placed: PlacedLeaf,
  hub: Authority,
  now: number,
): LeafMaterial {
  const names = toTrustNames(registry);
  const kept = findPlaced(placed, names, now);
  if (kept !== undefined && (!isDockerHub(registry) || kept.authority === hub.certificate)) return kept;
  const label = toTrustLabel(registry);
  const validity = toValidity(now, LEAF_LIFE_MS);
  const authority = isDockerHub(registry) ? hub : createAuthority(label, names, validity);
  return {
    ...issueLeaf(label, authority, names, validity),
    authority: authority.certificate,
    expiresAt: validity.notAfter,
  };
}

/** The agent owns these files: they are read only where they are, by their hashes, what root wrote. */
function findPlaced({ chain, key }: PlacedLeaf, names: TrustNames, now: number): LeafMaterial | undefined {
  if (!isUnchanged(chain) || !isUnchanged(key)) return undefined;
  try {
    const leaf = new X509Certificate(chain.current);
    if (isPastTwoThirds(leaf, now) || !hasNames(leaf, names)) return undefined;
    const authority = chain.current.slice(chain.current.indexOf(PEM_END) + PEM_END.length);
    return { chain: chain.current, key: key.current, authority, expiresAt: leaf.validToDate.getTime() };
  } catch {
    return undefined;
  }
}

const PEM_END = '-----END CERTIFICATE-----\n';

function isUnchanged(state: FileState): state is FileState & { readonly current: string } {
  return state.current !== undefined && toHash(state.current) === state.recorded?.afterHash;
}

function hasNames(leaf: X509Certificate, { dns, addresses }: TrustNames): boolean {
  const has = [
    ...dns.map((name) => leaf.checkHost(name, { subject: 'never' })),
    ...addresses.map((address) => leaf.checkIP(address)),
  ];
  return has.every((name) => name !== undefined);
}
