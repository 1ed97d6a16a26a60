/** The catalog that ships, as one value with its version. Leaves looking things up to companions.ts. */

import type { RegistryProfile } from '@pullgate/policy';
import { VENDOR_PROFILES, VENDOR_SHARED_HOSTS } from './profiles.ts';
import { AMAZON_PROFILES, AMAZON_SHARED_HOSTS } from './profiles-amazon.ts';

/** A catalog as data: what ships, what is signed, and what an organization imported. */
export interface Catalog {
  /** See `parseCatalogVersion`. */
  readonly version: string;
  readonly profiles: readonly RegistryProfile[];
  /** Hosts that may stand in more than one profile, because one vendor runs all of these registries. */
  readonly sharedHosts: readonly string[];
}

/** The day of the last change to any profile, and which change of that day. */
export const CATALOG_VERSION = '2026-11-24.1';

export const CATALOG: readonly RegistryProfile[] = [...VENDOR_PROFILES, ...AMAZON_PROFILES];

/** Hosts that may stand in more than one profile of the catalog that ships. */
export const SHARED_HOSTS: ReadonlySet<string> = new Set([...VENDOR_SHARED_HOSTS, ...AMAZON_SHARED_HOSTS]);

/** Trusted as the code is that it comes with. */
export const SHIPPED_CATALOG: Catalog = {
  version: CATALOG_VERSION,
  profiles: CATALOG,
  sharedHosts: [...SHARED_HOSTS],
};
