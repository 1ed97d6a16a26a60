export { CATALOG, CATALOG_VERSION, SHARED_HOSTS } from './catalog.ts';
export { companionsOf, openedHosts, profileFor } from './companions.ts';
export {
  CATALOG_PROBLEM_CODES,
  type CatalogData,
  type CatalogProblem,
  validateCatalog,
} from './validate-catalog.ts';
