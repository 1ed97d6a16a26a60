/** The keys whose signature makes a catalog an update of the shipped one. Leaves verifying to the bundle package. */

/** Public half of an Ed25519 key (RFC 8037), with the name that people read. */
export interface CatalogKey {
  readonly name: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes, base64url. */
  readonly x: string;
}

/**
 * The project's own. None yet: a key counts only when its private half is kept offline by people who can be named, and
 * the project has not made one. Until then an organization takes catalogs signed by keys that its owner trusts.
 */
export const CATALOG_KEYS: readonly CatalogKey[] = [];
