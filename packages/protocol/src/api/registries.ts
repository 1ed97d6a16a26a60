/** Registries as owners see them: the entries of the draft with what belongs to them, and checks against them. */

import { type Static, Type } from 'typebox';
import { ActionName } from './shared.ts';

const Slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$' });

/** One registry in the draft: the policy entry with what belongs to it. `GET …/registries` → page, `GET …/registries/{id}` */
export const RegistryItem = Type.Object(
  {
    id: Type.String(),
    registry: Type.String(),
    name: Type.Optional(Type.String()),
    allow: Type.Array(ActionName),
    repositories: Type.Optional(Type.Array(Type.String())),
    tags: Type.Optional(Type.Array(Type.String())),
    digests: Type.Optional(Type.Array(Type.String())),
    teams: Type.Optional(Type.Array(Type.String())),
    insecure: Type.Optional(Type.Boolean()),
    mirrorOf: Type.Optional(Type.Object({ registry: Type.String(), prefix: Type.Optional(Type.String()) })),
    whenHostOnly: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny')])),
    because: Type.Optional(Type.String()),
    /** Hosts that come with it, from the catalog. */
    companions: Type.Array(Type.String()),
    /** `published`, or how the draft differs. */
    state: Type.Union([
      Type.Literal('published'),
      Type.Literal('added'),
      Type.Literal('edited'),
      Type.Literal('removed'),
    ]),
  },
  { $id: 'RegistryItem' },
);
export type RegistryItem = Static<typeof RegistryItem>;

const registryFields = {
  name: Type.Optional(Type.String({ maxLength: 200 })),
  allow: Type.Optional(Type.Array(ActionName)),
  repositories: Type.Optional(Type.Array(Type.String())),
  tags: Type.Optional(Type.Array(Type.String())),
  digests: Type.Optional(Type.Array(Type.String())),
  teams: Type.Optional(Type.Array(Type.String())),
  insecure: Type.Optional(Type.Boolean()),
  mirrorOf: Type.Optional(Type.Object({ registry: Type.String(), prefix: Type.Optional(Type.String()) })),
  whenHostOnly: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny')])),
  because: Type.Optional(Type.String({ maxLength: 500 })),
};

/** `POST …/registries` → 201 RegistryItem. `id` is made from the host when left out; `allow` defaults to pull and push. */
export const AddRegistry = Type.Object(
  { id: Type.Optional(Slug), registry: Type.String({ minLength: 1, maxLength: 300 }), ...registryFields },
  { $id: 'AddRegistry', additionalProperties: false },
);
export type AddRegistry = Static<typeof AddRegistry>;

/** `PATCH …/registries/{id}`: only what is sent changes; `null` removes a field. `DELETE …/registries/{id}` → 204. */
export const EditRegistry = Type.Object(
  {
    registry: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
    allow: Type.Optional(Type.Array(ActionName)),
    repositories: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
    tags: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
    digests: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
    teams: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
    insecure: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    whenHostOnly: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Null()])),
    because: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
  },
  { $id: 'EditRegistry', additionalProperties: false },
);
export type EditRegistry = Static<typeof EditRegistry>;

/** `POST …/check` → CheckAnswer, by the published policy (or the draft). */
export const CheckRequest = Type.Object(
  {
    reference: Type.String({ maxLength: 4096 }),
    action: Type.Optional(ActionName),
    /** Person (id or e-mail) to judge as. */
    as: Type.Optional(Type.String({ maxLength: 320 })),
    draft: Type.Optional(Type.Boolean()),
  },
  { $id: 'CheckRequest', additionalProperties: false },
);
export type CheckRequest = Static<typeof CheckRequest>;
