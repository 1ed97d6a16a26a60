/**
 * Messages between agent and control plane, below `/agent/v1`. A machine authenticates every call but enrolment with
 * `Authorization: Machine <JWT>`: EdDSA by its own key, claims `iss` (machine id), `aud` (server URL), `iat`, `exp`
 * (at most 120 s later), `jti`, `htm` (method), `htu` (path without query).
 */

import { type Static, Type } from 'typebox';

const Id = Type.String({ minLength: 1, maxLength: 64 });
const Time = Type.Integer({ minimum: 0, description: 'milliseconds since the Unix epoch' });

/** `POST /agent/v1/enroll` */
export const EnrollRequest = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 256 }),
    /** Public half of the machine's key: OKP, Ed25519. */
    publicKey: Type.Object({
      kty: Type.Literal('OKP'),
      crv: Type.Literal('Ed25519'),
      x: Type.String({ maxLength: 64 }),
    }),
    name: Type.String({ minLength: 1, maxLength: 253 }),
    os: Type.String({ maxLength: 64 }),
    arch: Type.String({ maxLength: 32 }),
    agentVersion: Type.String({ maxLength: 64 }),
    protocol: Type.Integer({ minimum: 1 }),
  },
  { $id: 'EnrollRequest', additionalProperties: false },
);
export type EnrollRequest = Static<typeof EnrollRequest>;

export const EnrollResponse = Type.Object(
  {
    machineId: Id,
    organization: Type.Object({ id: Id, slug: Type.String(), name: Type.String() }),
    /** Public half of the organization's recovery key (JWK); the agent pins it. */
    recoveryKey: Type.Object({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Type.String() }),
    /** RFC 7638 thumbprint of the recovery key. */
    fingerprint: Type.String(),
    protocol: Type.Integer(),
  },
  { $id: 'EnrollResponse' },
);
export type EnrollResponse = Static<typeof EnrollResponse>;

/** `GET /agent/v1/policy` and `GET /agent/v1/assignment`, both with a strong ETag and `If-None-Match` → 304. */
export const SignedBundleBody = Type.Object(
  { keys: Type.String(), payload: Type.String() },
  { $id: 'SignedBundle' },
);

/**
 * `GET /agent/v1/events`, server-sent events. Event `policy` and event `assignment` carry an Announcement as JSON;
 * a comment line is sent every 15 s. At most 2 KB each.
 */
export const Announcement = Type.Object(
  {
    epoch: Type.Integer(),
    /** Revision of a policy, sequence of an assignment. */
    revision: Type.Integer(),
    etag: Type.String(),
    url: Type.String(),
  },
  { $id: 'Announcement' },
);
export type Announcement = Static<typeof Announcement>;

export const EngineReport = Type.Object({
  name: Type.String({ maxLength: 64 }),
  version: Type.Optional(Type.String({ maxLength: 64 })),
  wired: Type.Boolean(),
  /** `host`: only the host is seen; `full`: repository, tag, digest and action. */
  depth: Type.Union([Type.Literal('none'), Type.Literal('host'), Type.Literal('full')]),
});

/** Which mechanism enforces sign-in on a machine, and whether somebody is signed in. */
export const SignInReport = Type.Object({
  /** `none`: nothing enforces. Else the mechanism's name, as in `status`. */
  mechanism: Type.String({ maxLength: 64 }),
  /** File, key or profile in force. */
  place: Type.Optional(Type.String({ maxLength: 512 })),
  allowedOrgs: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 }),
  /** A mechanism that cannot be read: nobody is let through until it is mended. */
  problem: Type.Optional(Type.String({ maxLength: 512 })),
  /** `required`: rootful engines are stopped for want of a sign-in. */
  state: Type.Union([Type.Literal('off'), Type.Literal('satisfied'), Type.Literal('required')]),
});
export type SignInReport = Static<typeof SignInReport>;

/**
 * `POST /agent/v1/sessions` → 201 AgentSession: binds a person's session or API token to a uid of this machine; the new
 * assignment follows on the event stream. `DELETE /agent/v1/sessions/{id}` → 204.
 */
export const CreateAgentSession = Type.Object(
  {
    /** A session token of the device flow, or an API token. */
    token: Type.String({ minLength: 1, maxLength: 512 }),
    uid: Type.Integer({ minimum: 0, maximum: 4294967294 }),
    login: Type.String({ minLength: 1, maxLength: 64 }),
  },
  { $id: 'CreateAgentSession', additionalProperties: false },
);
export type CreateAgentSession = Static<typeof CreateAgentSession>;

export const AgentSession = Type.Object(
  {
    id: Id,
    user: Type.Object({ id: Id, email: Type.String() }),
    organizations: Type.Array(Type.String()),
    /** Sequence of the first assignment that holds it. */
    sequence: Type.Integer(),
  },
  { $id: 'AgentSession' },
);
export type AgentSession = Static<typeof AgentSession>;

/** `POST /agent/v1/heartbeat`, every 15 s and at once after a bundle was taken or rejected. */
export const Heartbeat = Type.Object(
  {
    agentVersion: Type.String({ maxLength: 64 }),
    /** The (epoch, revision) in force; absent: no policy yet. */
    policy: Type.Optional(Type.Object({ epoch: Type.Integer(), revision: Type.Integer() })),
    assignment: Type.Optional(Type.Object({ epoch: Type.Integer(), sequence: Type.Integer() })),
    /** Last bundle that was rejected, and why (code of the bundle package). */
    rejected: Type.Optional(Type.Object({ code: Type.String({ maxLength: 64 }), at: Time })),
    points: Type.Array(
      Type.Object({ name: Type.String({ maxLength: 32 }), state: Type.String({ maxLength: 32 }) }),
      {
        maxItems: 16,
      },
    ),
    engines: Type.Array(EngineReport, { maxItems: 32 }),
    /** Decision log: batches waiting on disk, records dropped since start. */
    /** Absent: an agent before 0.2. */
    signIn: Type.Optional(SignInReport),
    log: Type.Object({ pending: Type.Integer({ minimum: 0 }), dropped: Type.Integer({ minimum: 0 }) }),
  },
  { $id: 'Heartbeat', additionalProperties: false },
);
export type Heartbeat = Static<typeof Heartbeat>;

/** One decision, as recorded on the machine. Holds no digests, query strings or credentials. */
export const DecisionRecord = Type.Object(
  {
    /** Schema version of the record. */
    v: Type.Literal(1),
    seq: Type.Integer({ minimum: 1 }),
    at: Time,
    point: Type.String({ maxLength: 16 }),
    depth: Type.Union([Type.Literal('host'), Type.Literal('full')]),
    verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
    effect: Type.Union([Type.Literal('forward'), Type.Literal('refuse')]),
    mode: Type.Union([Type.Literal('off'), Type.Literal('observe'), Type.Literal('enforce')]),
    reason: Type.String({ maxLength: 32 }),
    ruleId: Type.Optional(Type.String({ maxLength: 128 })),
    revision: Type.Integer({ minimum: 0 }),
    registry: Type.String({ maxLength: 270 }),
    repository: Type.Optional(Type.String({ maxLength: 255 })),
    tag: Type.Optional(Type.String({ maxLength: 128 })),
    action: Type.Optional(Type.String({ maxLength: 16 })),
    /** Id of the person, when known. */
    user: Type.Optional(Type.String({ maxLength: 64 })),
    /** Product and version of the engine, from its User-Agent, bounded and ASCII. */
    engine: Type.Optional(Type.String({ maxLength: 128 })),
    message: Type.Optional(Type.String({ maxLength: 300 })),
  },
  { $id: 'DecisionRecord', additionalProperties: false },
);
export type DecisionRecord = Static<typeof DecisionRecord>;

/** `POST /agent/v1/decisions`. `log` is made anew when the machine's spool was lost; `seq` counts from 1 within it. */
export const DecisionBatch = Type.Object(
  {
    log: Id,
    records: Type.Array(DecisionRecord, { minItems: 1, maxItems: 1000 }),
  },
  { $id: 'DecisionBatch', additionalProperties: false },
);
export type DecisionBatch = Static<typeof DecisionBatch>;

/** The server's high-water mark: every record up to `accepted` need not be sent again. */
export const DecisionBatchReply = Type.Object(
  { accepted: Type.Integer({ minimum: 0 }) },
  { $id: 'DecisionBatchReply' },
);
export type DecisionBatchReply = Static<typeof DecisionBatchReply>;

/**
 * What a registry was seen to use another host for: the realm of its challenge, the target of a blob's redirect, the
 * `Location` of an upload, the host that answers its API requests in its place.
 */
export const SeenHostKind = Type.Union([
  Type.Literal('token'),
  Type.Literal('blob'),
  Type.Literal('upload'),
  Type.Literal('mirror'),
]);
export type SeenHostKind = Static<typeof SeenHostKind>;

/** One host that a registry was seen to use and that the policy in force does not know. */
export const SeenHost = Type.Object(
  {
    registry: Type.String({ minLength: 1, maxLength: 270 }),
    host: Type.String({ minLength: 1, maxLength: 270 }),
    kind: SeenHostKind,
    firstSeenAt: Time,
    lastSeenAt: Time,
    /** Since `firstSeenAt`, so that a report that comes twice counts once. What is seen again within 30 s is one attempt. */
    attempts: Type.Integer({ minimum: 1 }),
  },
  { $id: 'SeenHost', additionalProperties: false },
);
export type SeenHost = Static<typeof SeenHost>;

/**
 * `POST /agent/v1/registry-hosts` → 204, since version 2: hosts that are new or were seen again. A server of version 1 answers
 * 404, and the agent keeps them.
 */
export const SeenHostReport = Type.Object(
  {
    hosts: Type.Array(SeenHost, { maxItems: 100 }),
    /** What the machine's limits left out on one day: how often each registry named a host beyond them. */
    overflow: Type.Optional(
      Type.Object(
        {
          day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'UTC' }),
          registries: Type.Array(
            Type.Object({
              registry: Type.String({ minLength: 1, maxLength: 270 }),
              sightings: Type.Integer({ minimum: 1 }),
            }),
            { maxItems: 100 },
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { $id: 'SeenHostReport', additionalProperties: false },
);
export type SeenHostReport = Static<typeof SeenHostReport>;
