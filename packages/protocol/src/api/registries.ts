/** Registries as owners see them: the entries of the draft with what belongs to them, and checks against them. */

import { type Static, Type } from 'typebox';
import { CheckAnswer } from '../local.ts';
import { ActionName, Time } from './shared.ts';

const Slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$' });

/**
 * One registry in the draft: the policy entry with what belongs to it. `GET …/registries/{id}`;
 * `GET …/registries?cursor&limit&search&registry&sort` → page: `search` is part of a host, a name, an id, a repository or a team;
 * `registry` a host, of which only the entries are listed; `sort` is `document` (default) or `registry`. A cursor belongs to its query.
 */
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

const MirrorOf = Type.Object(
  { registry: Type.String({ maxLength: 300 }), prefix: Type.Optional(Type.String({ maxLength: 255 })) },
  { additionalProperties: false },
);

const registryFields = {
  name: Type.Optional(Type.String({ maxLength: 200 })),
  allow: Type.Optional(Type.Array(ActionName)),
  repositories: Type.Optional(Type.Array(Type.String())),
  tags: Type.Optional(Type.Array(Type.String())),
  digests: Type.Optional(Type.Array(Type.String())),
  teams: Type.Optional(Type.Array(Type.String())),
  insecure: Type.Optional(Type.Boolean()),
  mirrorOf: Type.Optional(MirrorOf),
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
    mirrorOf: Type.Optional(Type.Union([MirrorOf, Type.Null()])),
    whenHostOnly: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Null()])),
    because: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
  },
  { $id: 'EditRegistry', additionalProperties: false },
);
export type EditRegistry = Static<typeof EditRegistry>;

/** `POST …/check` → PolicyCheck, by the published policy (or the draft). */
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

/** A rule and where it stands in the policy's text; lines count from 1. */
export const RulePlace = Type.Object(
  {
    id: Type.String(),
    list: Type.Union([Type.Literal('registries'), Type.Literal('deny')]),
    line: Type.Integer(),
    endLine: Type.Integer(),
    /** Its lines. */
    yaml: Type.String(),
  },
  { $id: 'RulePlace' },
);
export type RulePlace = Static<typeof RulePlace>;

/** One rule looked at; `outcome` is `deny`, `block`, `grant`, `allow` or `skip`, of the last step the verdict. */
export const ExplainedStep = Type.Object(
  {
    ruleId: Type.Optional(Type.String()),
    outcome: Type.String(),
    text: Type.String(),
    /** First line of the rule in the policy's text. */
    line: Type.Optional(Type.Integer()),
  },
  { $id: 'ExplainedStep' },
);
export type ExplainedStep = Static<typeof ExplainedStep>;

/** A CheckAnswer with the places of the rules: `rule` is the one that decided. */
export const PolicyCheck = Type.Object(
  { ...CheckAnswer.properties, steps: Type.Array(ExplainedStep), rule: Type.Optional(RulePlace) },
  { $id: 'PolicyCheck' },
);
export type PolicyCheck = Static<typeof PolicyCheck>;

/** `GET …/catalog?search` → CatalogList: registries that are known, for suggestions while one types. */
export const CatalogProfile = Type.Object(
  {
    /** Host, or a host pattern such as `*.azurecr.io` of which everybody has their own. */
    registry: Type.String(),
    name: Type.String(),
    kind: Type.Union([Type.Literal('host'), Type.Literal('pattern')]),
    /** Hosts that come with it. */
    companions: Type.Array(Type.String()),
  },
  { $id: 'CatalogProfile' },
);
export type CatalogProfile = Static<typeof CatalogProfile>;

export const CatalogList = Type.Object(
  { version: Type.String(), items: Type.Array(CatalogProfile) },
  { $id: 'CatalogList' },
);
export type CatalogList = Static<typeof CatalogList>;

/**
 * `GET …/registries/suggestions?limit` → RegistrySuggestions, for `policy:read`: registries that machines were denied in the last 30
 * days and that no entry of the draft covers, most attempts first.
 */
export const RegistrySuggestion = Type.Object(
  {
    registry: Type.String(),
    /** From the catalog. */
    name: Type.Optional(Type.String()),
    companions: Type.Array(Type.String()),
    denied: Type.Integer(),
    /** Would have been denied, but mode observe let them through. */
    observed: Type.Integer(),
    /** When the hour of the last attempt began. */
    lastHour: Time,
  },
  { $id: 'RegistrySuggestion' },
);
export type RegistrySuggestion = Static<typeof RegistrySuggestion>;

export const RegistrySuggestions = Type.Object(
  { items: Type.Array(RegistrySuggestion) },
  { $id: 'RegistrySuggestions' },
);
export type RegistrySuggestions = Static<typeof RegistrySuggestions>;

/** More than a policy can hold in its 1 MiB. */
export const MAX_BULK_ENTRIES = 10_000;

/**
 * `POST …/registries/bulk` → BulkAddResult: many registries in one change of the draft. What is listed already stays as it is,
 * what is not valid is left out; neither stops the rest. With `dryRun` nothing is changed.
 */
export const BulkAddRegistries = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        { registry: Type.String({ maxLength: 300 }), ...registryFields },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_BULK_ENTRIES },
    ),
    dryRun: Type.Optional(Type.Boolean()),
  },
  { $id: 'BulkAddRegistries', additionalProperties: false },
);
export type BulkAddRegistries = Static<typeof BulkAddRegistries>;

export const BulkAddResult = Type.Object(
  {
    /** Of the draft, after it. */
    version: Type.Integer(),
    dryRun: Type.Boolean(),
    added: Type.Integer(),
    existing: Type.Integer(),
    invalid: Type.Integer(),
    /** One for each entry, in their order. */
    results: Type.Array(
      Type.Object({
        registry: Type.String(),
        outcome: Type.Union([Type.Literal('added'), Type.Literal('exists'), Type.Literal('invalid')]),
        /** Of the entry that was made, or that is there already. */
        id: Type.Optional(Type.String()),
        /** Why it is not valid. */
        reason: Type.Optional(Type.String()),
      }),
    ),
  },
  { $id: 'BulkAddResult' },
);
export type BulkAddResult = Static<typeof BulkAddResult>;
