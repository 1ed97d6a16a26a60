/** Catalogs that organizations imported, the keys they trust for that, and the catalog of each revision. */

import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table organization_catalogs (
    organization_id text not null primary key, version text not null, signer text not null, signed_by text not null,
    catalog text not null, imported_at bigint not null, imported_by text not null)`,
  `create table catalog_keys (
    organization_id text not null, fingerprint text not null, name text not null, public_key text not null,
    created_at bigint not null, created_by text not null, primary key (organization_id, fingerprint))`,
  `alter table policy_revisions add column catalog_version text`,
];

export const catalog = {
  name: '0411-catalog',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
