/** Which catalog an organization's policy is published with. Leaves importing to `service.ts`. */

import { type Catalog, compareCatalogVersions, SHIPPED_CATALOG } from '@pullgate/catalog';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { findImported } from './store.ts';

type Imported = NonNullable<Awaited<ReturnType<typeof findImported>>>;

export interface CatalogInForce {
  readonly catalog: Catalog;
  /** Absent: the one that ships with this version. */
  readonly imported?: Imported;
}

export async function loadCatalog(db: Kysely<Database>, organizationId: string): Promise<CatalogInForce> {
  return chooseCatalog(await findImported(db, organizationId));
}

/**
 * The imported one, or the one that ships. An update by the project's key gives way to a shipped catalog that is as new;
 * one by a key of the organization's own stays until it is replaced or reset, for it may say what the shipped one does not.
 */
export function chooseCatalog(imported: Imported | undefined, shipped = SHIPPED_CATALOG): CatalogInForce {
  if (imported === undefined) return { catalog: shipped };
  const isOutrun =
    imported.signed_by === 'project' && compareCatalogVersions(imported.version, shipped.version) <= 0;
  return isOutrun ? { catalog: shipped } : { catalog: JSON.parse(imported.catalog) as Catalog, imported };
}
