/** The tables of imported catalogs as Kysely types. */

export interface CatalogTables {
  readonly organization_catalogs: OrganizationCatalogsTable;
  readonly catalog_keys: CatalogKeysTable;
}

/** The catalog that an organization imported last; none: the shipped one. */
export interface OrganizationCatalogsTable {
  readonly organization_id: string;
  readonly version: string;
  /** Fingerprint of the key that signed it. */
  readonly signer: string;
  /** Whose key that is: an update of the shipped catalog, or one of the organization's own. */
  readonly signed_by: 'project' | 'organization';
  /** JSON of the whole catalog. */
  readonly catalog: string;
  readonly imported_at: number;
  readonly imported_by: string;
}

/** Keys whose signature the organization takes on a catalog, beside those of the project. */
export interface CatalogKeysTable {
  readonly organization_id: string;
  /** RFC 7638 thumbprint. */
  readonly fingerprint: string;
  readonly name: string;
  /** `x` of the public key. */
  readonly public_key: string;
  readonly created_at: number;
  readonly created_by: string;
}
