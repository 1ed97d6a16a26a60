export { CATALOG, CATALOG_VERSION, type Catalog, SHARED_HOSTS, SHIPPED_CATALOG } from './catalog.ts';
export { CATALOG_ERROR_CODES, CatalogError, type CatalogErrorCode } from './catalog-error.ts';
export { type CatalogIndex, createCatalogIndex, openedHosts } from './catalog-index.ts';
export { CATALOG_KEYS, type CatalogKey } from './catalog-keys.ts';
export { type CatalogVersion, compareCatalogVersions, parseCatalogVersion } from './catalog-version.ts';
export { companionsOf, profileFor } from './companions.ts';
export {
  formatCatalog,
  MAX_CATALOG_BYTES,
  parseCatalog,
  parseCatalogText,
  toCatalogJson,
} from './parse-catalog.ts';
export {
  CATALOG_PROBLEM_CODES,
  type CatalogData,
  type CatalogProblem,
  isRentedHost,
  isSharedStorage,
  validateCatalog,
} from './validate-catalog.ts';
