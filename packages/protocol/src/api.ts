/**
 * Resources of the public API, below `/api/v1`, as the control plane answers and the command line and the console read them.
 * Everything of an organization stands below `/api/v1/organizations/{organization}` (its slug). Errors are {@link Problem}.
 * Times are milliseconds since the Unix epoch.
 */

import { type Static, type TSchema, Type } from 'typebox';

const Time = Type.Integer({ minimum: 0 });
const Slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$' });
export const ModeName = Type.Union([Type.Literal('off'), Type.Literal('observe'), Type.Literal('enforce')]);
export const ActionName = Type.Union([
  Type.Literal('pull'),
  Type.Literal('push'),
  Type.Literal('delete'),
  Type.Literal('catalog'),
]);

/** A page of a listing; `nextCursor` is absent on the last one. Query: `cursor`, `limit` (1 to 200, default 50). */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });

/** `GET /api/v1/session` */
export const Session = Type.Object(
  {
    kind: Type.Union([Type.Literal('user'), Type.Literal('token')]),
    user: Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() }),
    organizations: Type.Array(
      Type.Object({ id: Type.String(), slug: Type.String(), name: Type.String(), role: Type.String() }),
    ),
    scopes: Type.Array(Type.String()),
    expiresAt: Type.Optional(Time),
  },
  { $id: 'Session' },
);
export type Session = Static<typeof Session>;

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

/** `error`: publishing needs `force`. */
const PolicyWarningItem = Type.Object({
  code: Type.String(),
  path: Type.String(),
  message: Type.String(),
  severity: Type.Optional(Type.Union([Type.Literal('warning'), Type.Literal('error')])),
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

/**
 * `GET …/policy/impact?of=draft|enforce&hours=24`: the recorded attempts whose outcome the change would turn.
 * `of=draft` judges by the draft, `of=enforce` by the published policy in mode enforce.
 */
export const Impact = Type.Object(
  {
    hours: Type.Integer(),
    attempts: Type.Integer(),
    denied: Type.Array(
      Type.Object({ registry: Type.String(), attempts: Type.Integer(), machines: Type.Array(Type.String()) }),
    ),
    allowed: Type.Array(
      Type.Object({ registry: Type.String(), attempts: Type.Integer(), machines: Type.Array(Type.String()) }),
    ),
  },
  { $id: 'Impact' },
);
export type Impact = Static<typeof Impact>;

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

/** `GET …/activity?cursor&limit&event&actor`: newest first, append-only. */
export const ActivityEntry = Type.Object(
  {
    id: Type.String(),
    /** Position in the organization's chain, from 1 without gaps. */
    seq: Type.Integer(),
    at: Time,
    /** For example `policy.published`, `registry.added`, `machine.enrolled`, `token.revoked`. */
    event: Type.String(),
    actor: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
    /** Address of the client, and its User-Agent. */
    from: Type.Object({ address: Type.String(), userAgent: Type.Optional(Type.String()) }),
    target: Type.Object({ kind: Type.String(), id: Type.String() }),
    before: Type.Optional(Type.Unknown()),
    after: Type.Optional(Type.Unknown()),
    text: Type.String(),
  },
  { $id: 'ActivityEntry' },
);
export type ActivityEntry = Static<typeof ActivityEntry>;

/**
 * `GET …/decisions?cursor&limit&verdict&registry&machine&since&attempts`: newest first. With `attempts=true` rows of the
 * same machine, person, registry, repository and action within 30 s are one row with a count.
 * `GET …/decisions/stream`: server-sent events, event `decision`, data one DecisionItem.
 */
export const DecisionItem = Type.Object(
  {
    id: Type.String(),
    at: Time,
    receivedAt: Time,
    machine: Type.Object({ id: Type.String(), name: Type.String() }),
    log: Type.String(),
    seq: Type.Integer(),
    point: Type.String(),
    depth: Type.String(),
    verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
    effect: Type.Union([Type.Literal('forward'), Type.Literal('refuse')]),
    mode: ModeName,
    reason: Type.String(),
    ruleId: Type.Optional(Type.String()),
    revision: Type.Integer(),
    registry: Type.String(),
    repository: Type.Optional(Type.String()),
    tag: Type.Optional(Type.String()),
    action: Type.Optional(Type.String()),
    user: Type.Optional(Type.String()),
    engine: Type.Optional(Type.String()),
    message: Type.Optional(Type.String()),
    /** Records in this attempt; 1 unless `attempts=true`. */
    count: Type.Integer(),
  },
  { $id: 'DecisionItem' },
);
export type DecisionItem = Static<typeof DecisionItem>;

/** `GET …/machines?cursor&limit`, `GET …/machines/{id}`, `DELETE …/machines/{id}` (revokes; 204) */
export const Machine = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    os: Type.String(),
    arch: Type.String(),
    agentVersion: Type.String(),
    protocol: Type.Integer(),
    state: Type.Union([Type.Literal('online'), Type.Literal('offline'), Type.Literal('revoked')]),
    enrolledAt: Time,
    lastSeenAt: Type.Optional(Time),
    /** Revision the machine says it has in force. */
    revision: Type.Optional(Type.Integer()),
    acknowledgedAt: Type.Optional(Time),
    rejected: Type.Optional(Type.Object({ code: Type.String(), at: Time })),
    points: Type.Array(Type.Object({ name: Type.String(), state: Type.String() })),
    engines: Type.Array(
      Type.Object({
        name: Type.String(),
        version: Type.Optional(Type.String()),
        wired: Type.Boolean(),
        depth: Type.String(),
      }),
    ),
    log: Type.Optional(
      Type.Object({
        pending: Type.Integer(),
        dropped: Type.Integer(),
        gaps: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
      }),
    ),
  },
  { $id: 'Machine' },
);
export type Machine = Static<typeof Machine>;

/** `GET …/rollout?revision=N` */
export const Rollout = Type.Object(
  {
    revision: Type.Integer(),
    publishedAt: Time,
    machines: Type.Integer(),
    acknowledged: Type.Integer(),
    offline: Type.Integer(),
    rejected: Type.Integer(),
    /** Time from publish to the last acknowledgement so far. */
    elapsedMs: Type.Optional(Type.Integer()),
  },
  { $id: 'Rollout' },
);
export type Rollout = Static<typeof Rollout>;

/** `POST …/enrollment-tokens` → 201 with `token` (shown once); `GET` → page without it; `DELETE …/{id}` → 204 */
export const CreateEnrollmentToken = Type.Object(
  {
    /** How many machines may use it; 1 by default. */
    uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 100000 })),
    /** Seconds until it expires; one hour by default, a year at most. */
    expiresIn: Type.Optional(Type.Integer({ minimum: 60, maximum: 31536000 })),
    /** Machines enrolled by it are forgotten when they stay away for a day. */
    ephemeral: Type.Optional(Type.Boolean()),
  },
  { $id: 'CreateEnrollmentToken', additionalProperties: false },
);
export type CreateEnrollmentToken = Static<typeof CreateEnrollmentToken>;

export const EnrollmentToken = Type.Object(
  {
    id: Type.String(),
    token: Type.Optional(Type.String()),
    uses: Type.Integer(),
    used: Type.Integer(),
    ephemeral: Type.Boolean(),
    createdAt: Time,
    expiresAt: Time,
    createdBy: Type.Object({ id: Type.String(), name: Type.String() }),
  },
  { $id: 'EnrollmentToken' },
);
export type EnrollmentToken = Static<typeof EnrollmentToken>;

/** What an API token may do. `policy:write` implies `policy:read`, and so on. */
export const SCOPES = [
  'policy:read',
  'policy:write',
  'activity:read',
  'decisions:read',
  'machines:read',
  'machines:write',
  'tokens:write',
] as const;
export const ScopeName = Type.Unsafe<(typeof SCOPES)[number]>(
  Type.Union(SCOPES.map((scope) => Type.Literal(scope))),
);
export type ScopeName = (typeof SCOPES)[number];

/** `POST …/tokens` → 201 with `token` (shown once); `GET` → page without it; `DELETE …/{id}` → 204 */
export const CreateApiToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scopes: Type.Array(ScopeName, { minItems: 1 }),
    /** Seconds until it expires; 90 days by default, a year at most. */
    expiresIn: Type.Optional(Type.Integer({ minimum: 60, maximum: 31536000 })),
  },
  { $id: 'CreateApiToken', additionalProperties: false },
);
export type CreateApiToken = Static<typeof CreateApiToken>;

export const ApiToken = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    token: Type.Optional(Type.String()),
    /** First characters, to recognise it by. */
    start: Type.String(),
    scopes: Type.Array(Type.String()),
    createdAt: Time,
    expiresAt: Type.Optional(Time),
    lastUsedAt: Type.Optional(Time),
    createdBy: Type.Object({ id: Type.String(), name: Type.String() }),
  },
  { $id: 'ApiToken' },
);
export type ApiToken = Static<typeof ApiToken>;
