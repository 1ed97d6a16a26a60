/** The policy of an organization: published, draft, revisions, publishing and its effect. */

import { type Static, Type } from 'typebox';
import { ActionName, ModeName, Time } from './shared.ts';

/** One change of the document, worded for people. */
export const Change = Type.Object(
  {
    op: Type.Union([Type.Literal('add'), Type.Literal('remove'), Type.Literal('edit')]),
    /** JSON pointer into the document, with ids for list entries: `/registries/hub`. */
    path: Type.String(),
    before: Type.Optional(Type.Unknown()),
    after: Type.Optional(Type.Unknown()),
    text: Type.String(),
  },
  { $id: 'Change' },
);
export type Change = Static<typeof Change>;

const remedyFields = { allow: Type.Array(ActionName), repositories: Type.Array(Type.String()) };

/** A change of the draft that mends it: a body for `POST …/registries`, or one for `PATCH …/registries/{id}`. */
const PolicyRemedy = Type.Union([
  Type.Object({
    kind: Type.Literal('add'),
    entry: Type.Object({
      id: Type.String(),
      registry: Type.String(),
      name: Type.Optional(Type.String()),
      ...remedyFields,
      teams: Type.Optional(Type.Array(Type.String())),
    }),
  }),
  Type.Object({ kind: Type.Literal('edit'), id: Type.String(), fields: Type.Object(remedyFields) }),
]);

/** `error`: publishing needs `force`. */
const PolicyWarningItem = Type.Object({
  code: Type.String(),
  path: Type.String(),
  message: Type.String(),
  severity: Type.Optional(Type.Union([Type.Literal('warning'), Type.Literal('error')])),
  remedy: Type.Optional(PolicyRemedy),
});

export const TestResult = Type.Object(
  {
    action: Type.String(),
    reference: Type.String(),
    expect: Type.String(),
    got: Type.String(),
    pass: Type.Boolean(),
    message: Type.String(),
  },
  { $id: 'TestResult' },
);
export type TestResult = Static<typeof TestResult>;

/** `GET …/policy` (ETag `"r<revision>"`) and `GET …/policy/revisions/{revision}` */
export const PublishedPolicy = Type.Object(
  {
    revision: Type.Integer(),
    mode: ModeName,
    yaml: Type.String(),
    document: Type.Unknown(),
    contentHash: Type.String(),
    publishedAt: Time,
    publishedBy: Type.Object({ id: Type.String(), name: Type.String() }),
    comment: Type.Optional(Type.String()),
    changes: Type.Array(Change),
  },
  { $id: 'PublishedPolicy' },
);
export type PublishedPolicy = Static<typeof PublishedPolicy>;

export const RevisionSummary = Type.Object(
  {
    revision: Type.Integer(),
    publishedAt: Time,
    publishedBy: Type.Object({ id: Type.String(), name: Type.String() }),
    comment: Type.Optional(Type.String()),
    /** Set when this revision repeats an older one. */
    rollbackOf: Type.Optional(Type.Integer()),
    changes: Type.Array(Change),
  },
  { $id: 'RevisionSummary' },
);
export type RevisionSummary = Static<typeof RevisionSummary>;

/** `GET …/policy/diff?from=N&to=M|draft`: what differs, from the revision in force by default. Rolling back to M would change it. */
export const PolicyDiff = Type.Object(
  {
    from: Type.Integer(),
    to: Type.Union([Type.Integer(), Type.Literal('draft')]),
    changes: Type.Array(Change),
  },
  { $id: 'PolicyDiff' },
);
export type PolicyDiff = Static<typeof PolicyDiff>;

/** `GET …/policy/draft` (ETag `"d<version>"`). Without changes it equals the published policy. */
export const PolicyDraft = Type.Object(
  {
    /** Rises with every change of the draft; sent back as `If-Match`. */
    version: Type.Integer(),
    /** Published revision that the draft was made from. */
    base: Type.Integer(),
    /** The published revision now; when it differs from `base`, somebody else has published. */
    published: Type.Integer(),
    yaml: Type.String(),
    document: Type.Unknown(),
    changes: Type.Array(Change),
    tests: Type.Array(TestResult),
    warnings: Type.Array(PolicyWarningItem),
    updatedAt: Type.Optional(Time),
    updatedBy: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  { $id: 'PolicyDraft' },
);
export type PolicyDraft = Static<typeof PolicyDraft>;

/** `PUT …/policy/draft`, with `If-Match` (409 `DRAFT_CONFLICT` when it moved). Exactly one of the two. */
export const PutDraft = Type.Object(
  { yaml: Type.Optional(Type.String()), document: Type.Optional(Type.Unknown()) },
  { $id: 'PutDraft', additionalProperties: false },
);
export type PutDraft = Static<typeof PutDraft>;

/** `POST …/policy/publish`, with `If-Match: "d<version>"` */
export const PublishRequest = Type.Object(
  { comment: Type.Optional(Type.String({ maxLength: 1000 })), force: Type.Optional(Type.Boolean()) },
  { $id: 'PublishRequest', additionalProperties: false },
);
export type PublishRequest = Static<typeof PublishRequest>;

/** Answer of publish, mode and rollback. */
export const PublishResult = Type.Object(
  {
    revision: Type.Integer(),
    publishedAt: Time,
    changes: Type.Array(Change),
    tests: Type.Array(TestResult),
    warnings: Type.Array(PolicyWarningItem),
  },
  { $id: 'PublishResult' },
);
export type PublishResult = Static<typeof PublishResult>;

/** `POST …/policy/mode` */
export const ModeRequest = Type.Object(
  {
    mode: ModeName,
    team: Type.Optional(Type.String()),
    /** Enforces although nothing would be allowed. */
    force: Type.Optional(Type.Boolean()),
  },
  { $id: 'ModeRequest', additionalProperties: false },
);
export type ModeRequest = Static<typeof ModeRequest>;

/** `POST …/policy/rollback` */
export const RollbackRequest = Type.Object(
  { revision: Type.Integer({ minimum: 1 }), comment: Type.Optional(Type.String({ maxLength: 1000 })) },
  { $id: 'RollbackRequest', additionalProperties: false },
);
export type RollbackRequest = Static<typeof RollbackRequest>;

const ImpactRow = Type.Object({
  registry: Type.String(),
  attempts: Type.Integer(),
  /** Names. */
  machines: Type.Array(Type.String()),
  /** Ids of those whom the records name; machines that nobody is signed in to name nobody. */
  people: Type.Array(Type.String()),
});

/**
 * `GET …/policy/impact?of=draft|enforce|revision&revision=N&hours=24`: the recorded attempts whose outcome the change would turn.
 * `of=draft` judges by the draft, `of=enforce` by the published policy in mode enforce, `of=revision` by an older revision.
 */
export const Impact = Type.Object(
  {
    hours: Type.Integer(),
    attempts: Type.Integer(),
    denied: Type.Array(ImpactRow),
    allowed: Type.Array(ImpactRow),
  },
  { $id: 'Impact' },
);
export type Impact = Static<typeof Impact>;
