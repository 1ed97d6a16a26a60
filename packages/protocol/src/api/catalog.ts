/** The catalog of registry profiles: what is in force, importing another, whose signature counts. */

import { type Static, Type } from 'typebox';
import { Time } from './shared.ts';

const Version = Type.String({ description: 'a day and a serial, such as 2026-11-24.1' });
const Fingerprint = Type.String({ description: 'RFC 7638 thumbprint of an Ed25519 key' });

/** `GET`, `POST …/catalog/keys`, `DELETE …/catalog/keys/{fingerprint}` */
export const CatalogKey = Type.Object(
  {
    fingerprint: Fingerprint,
    name: Type.String(),
    /** 32 bytes, base64url. */
    publicKey: Type.String(),
    createdAt: Time,
  },
  { $id: 'CatalogKey' },
);
export type CatalogKey = Static<typeof CatalogKey>;

export const TrustCatalogKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    publicKey: Type.String({ minLength: 43, maxLength: 43 }),
  },
  { $id: 'TrustCatalogKey', additionalProperties: false },
);
export type TrustCatalogKey = Static<typeof TrustCatalogKey>;

/** `GET …/catalog/state` */
export const CatalogState = Type.Object(
  {
    /** Of the catalog that the next publish takes. */
    version: Version,
    profiles: Type.Integer(),
    source: Type.Union([Type.Literal('shipped'), Type.Literal('imported')]),
    /** Version of the one that ships with this server. */
    shipped: Version,
    /** What machines judge by. */
    published: Type.Object({
      revision: Type.Integer(),
      version: Type.String(),
      isCurrent: Type.Boolean(),
    }),
    imported: Type.Optional(
      Type.Object({
        signer: Fingerprint,
        signedBy: Type.Union([Type.Literal('project'), Type.Literal('organization')]),
        at: Time,
        by: Type.Object({ id: Type.String(), name: Type.String() }),
      }),
    ),
    /** How many keys of the project this server knows. */
    projectKeys: Type.Integer(),
    keys: Type.Array(CatalogKey),
  },
  { $id: 'CatalogState' },
);
export type CatalogState = Static<typeof CatalogState>;

/** `GET …/catalog/document`: the whole of it, as it is edited and signed. */
export const CatalogDocument = Type.Object(
  {
    format: Type.Literal(1),
    version: Version,
    profiles: Type.Array(
      Type.Object({
        registry: Type.String(),
        name: Type.String(),
        apiHosts: Type.Array(Type.String()),
        tokenHosts: Type.Array(Type.String()),
        blobHosts: Type.Array(Type.String()),
        broadBlobHosts: Type.Array(Type.String()),
      }),
    ),
    sharedHosts: Type.Array(Type.String()),
  },
  { $id: 'CatalogDocument' },
);
export type CatalogDocument = Static<typeof CatalogDocument>;

/** `POST …/catalog/import` → CatalogMoved: published at once, with the policy as it is. */
export const ImportCatalog = Type.Object(
  {
    /** Compact JWS by a key that is trusted for catalogs. */
    signed: Type.String({ minLength: 1 }),
    /** Although tests of the policy fail with it. */
    force: Type.Optional(Type.Boolean()),
  },
  { $id: 'ImportCatalog', additionalProperties: false },
);
export type ImportCatalog = Static<typeof ImportCatalog>;

/** `POST …/catalog/apply` → CatalogMoved: publishes the catalog in force, after an upgrade of the server. */
export const ApplyCatalog = Type.Object(
  { force: Type.Optional(Type.Boolean()) },
  { $id: 'ApplyCatalog', additionalProperties: false },
);
export type ApplyCatalog = Static<typeof ApplyCatalog>;

/** Also of `POST …/catalog/reset`: back to the catalog that ships. */
export const CatalogMoved = Type.Object(
  { from: Type.String(), to: Version, revision: Type.Integer() },
  { $id: 'CatalogMoved' },
);
export type CatalogMoved = Static<typeof CatalogMoved>;
