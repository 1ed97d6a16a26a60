/** What Activity keeps of catalogs: versions and keys, not the profiles, which each revision keeps. */

import type { NewActivity } from '../activity/service.ts';
import type { CatalogKeysTable } from './tables.ts';

interface Moved {
  readonly from: string;
  readonly to: string;
  /** The revision that put it in force. */
  readonly revision: number;
}

const entry = (
  event: 'catalog.imported' | 'catalog.applied' | 'catalog.reset',
  moved: Moved,
  text: string,
  more = {},
): NewActivity => ({
  event,
  target: { kind: 'catalog', id: moved.to },
  before: { version: moved.from },
  after: { version: moved.to, revision: moved.revision, ...more },
  text,
});

export const catalogImported = (moved: Moved, signer: string): NewActivity =>
  entry('catalog.imported', moved, `imported the catalog ${moved.to} as revision ${moved.revision}`, {
    signer,
  });

export const catalogApplied = (moved: Moved): NewActivity =>
  entry('catalog.applied', moved, `published the catalog ${moved.to} as revision ${moved.revision}`);

export const catalogReset = (moved: Moved): NewActivity =>
  entry('catalog.reset', moved, `went back to the shipped catalog ${moved.to} as revision ${moved.revision}`);

const keyEntry = (
  event: 'catalog.key-trusted' | 'catalog.key-distrusted',
  { fingerprint, name }: CatalogKeysTable,
  verb: string,
): NewActivity => ({
  event,
  target: { kind: 'catalog-key', id: fingerprint },
  after: { fingerprint, name },
  text: `${verb} catalogs signed by the key ${name}`,
});

export const catalogKeyTrusted = (row: CatalogKeysTable) => keyEntry('catalog.key-trusted', row, 'trusts');
export const catalogKeyDistrusted = (row: CatalogKeysTable) =>
  keyEntry('catalog.key-distrusted', row, 'no longer trusts');
