/** The catalog as one value, with its version. Leaves looking things up to companions.ts. */

import type { RegistryProfile } from '@pullgate/policy';
import { VENDOR_PROFILES, VENDOR_SHARED_HOSTS } from './profiles.ts';
import { AMAZON_PROFILES, AMAZON_SHARED_HOSTS } from './profiles-amazon.ts';

/** The day of the last change to any profile. */
export const CATALOG_VERSION = '2026-11-24';

export const CATALOG: readonly RegistryProfile[] = [...VENDOR_PROFILES, ...AMAZON_PROFILES];

/** Hosts that may stand in more than one profile, because one vendor runs all of these registries. */
export const SHARED_HOSTS: ReadonlySet<string> = new Set([...VENDOR_SHARED_HOSTS, ...AMAZON_SHARED_HOSTS]);
