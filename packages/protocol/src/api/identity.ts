/** Where people come from: the identity provider (OpenID Connect), claimed domains, SCIM 2.0. */

import { type Static, Type } from 'typebox';
import { RoleName, Slug } from './people.ts';
import { Time } from './shared.ts';

/** A group of the identity provider gives teams, a role, or both. The highest role of a person's groups counts. */
export const GroupMapping = Type.Object(
  {
    group: Type.String({ minLength: 1, maxLength: 256 }),
    teams: Type.Optional(Type.Array(Slug, { maxItems: 50 })),
    role: Type.Optional(RoleName),
  },
  { additionalProperties: false },
);
export type GroupMapping = Static<typeof GroupMapping>;

/** `GET …/sso` (404 when there is none), `PUT …/sso` with SetSsoConnection, `DELETE …/sso` → 204, `POST …/sso/test` → SsoTest */
export const SsoConnection = Type.Object(
  {
    issuer: Type.String(),
    clientId: Type.String(),
    scopes: Type.Array(Type.String()),
    groupsClaim: Type.String(),
    justInTime: Type.Boolean(),
    defaultRole: RoleName,
    mappings: Type.Array(GroupMapping),
    /** To be registered at the provider. */
    redirectUri: Type.String(),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'SsoConnection' },
);
export type SsoConnection = Static<typeof SsoConnection>;

export const SetSsoConnection = Type.Object(
  {
    issuer: Type.String({ minLength: 8, maxLength: 2048 }),
    clientId: Type.String({ minLength: 1, maxLength: 512 }),
    /** Kept when left out of a change. */
    clientSecret: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
    scopes: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 20 })),
    groupsClaim: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    justInTime: Type.Optional(Type.Boolean()),
    defaultRole: Type.Optional(RoleName),
    /** Kept when left out of a change; so is everything else that may be left out. */
    mappings: Type.Optional(Type.Array(GroupMapping, { maxItems: 1000 })),
  },
  { $id: 'SetSsoConnection', additionalProperties: false },
);
export type SetSsoConnection = Static<typeof SetSsoConnection>;

/** One line per step: discovery, keys, authorization endpoint, PKCE, client. */
export const SsoTest = Type.Object(
  {
    ok: Type.Boolean(),
    steps: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), text: Type.String() })),
  },
  { $id: 'SsoTest' },
);
export type SsoTest = Static<typeof SsoTest>;

/** `GET …/domains` → `{ items }`, `POST …/domains` `{ domain }` → 201, `POST …/domains/{id}/verify` → 200, `DELETE …/domains/{id}` → 204 */
export const ClaimedDomain = Type.Object(
  {
    id: Type.String(),
    domain: Type.String(),
    state: Type.Union([Type.Literal('pending'), Type.Literal('verified')]),
    /** The TXT record that proves it: name and value. */
    record: Type.Object({ name: Type.String(), value: Type.String() }),
    createdAt: Time,
    verifiedAt: Type.Optional(Time),
  },
  { $id: 'ClaimedDomain' },
);
export type ClaimedDomain = Static<typeof ClaimedDomain>;

export const ClaimDomain = Type.Object(
  { domain: Type.String({ minLength: 3, maxLength: 253 }) },
  { $id: 'ClaimDomain', additionalProperties: false },
);
export type ClaimDomain = Static<typeof ClaimDomain>;

/** `GET …/scim` (404 when there is none), `PUT …/scim` with SetScim → 200, `DELETE …/scim` → 204; `POST …/scim/credentials` → 201 with `token` (shown once), `DELETE …/scim/credentials/{id}` → 204 */
export const ScimConnection = Type.Object(
  {
    /** Base address to enter at the identity provider. */
    url: Type.String(),
    mappings: Type.Array(GroupMapping),
    credentials: Type.Array(
      Type.Object({ id: Type.String(), createdAt: Time, expiresAt: Time, lastUsedAt: Type.Optional(Time) }),
    ),
    users: Type.Integer(),
    groups: Type.Integer(),
    createdAt: Time,
  },
  { $id: 'ScimConnection' },
);
export type ScimConnection = Static<typeof ScimConnection>;

export const SetScim = Type.Object(
  {
    /** Kept when left out of a change. */
    mappings: Type.Optional(Type.Array(GroupMapping, { maxItems: 1000 })),
  },
  { $id: 'SetScim', additionalProperties: false },
);
export type SetScim = Static<typeof SetScim>;

export const ScimCredential = Type.Object(
  { id: Type.String(), token: Type.String(), expiresAt: Time },
  { $id: 'ScimCredential' },
);
export type ScimCredential = Static<typeof ScimCredential>;
