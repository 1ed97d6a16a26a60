/** Looks things up in the catalog that ships; see catalog-index.ts, which looks them up in any. */

import { CATALOG } from './catalog.ts';
import { createCatalogIndex } from './catalog-index.ts';

export const { profileFor, companionsOf } = createCatalogIndex(CATALOG);
