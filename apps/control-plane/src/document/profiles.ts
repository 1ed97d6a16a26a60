/** The catalog of this version, as revisions keep it. */

import type { RegistryProfile } from '@pullgate/policy';

export const CATALOG: readonly RegistryProfile[] = [];
export const companionsOf = (_registry: string): readonly string[] => [];
