/** Messages on the agent's own sockets: `agent.sock` (anyone on the machine) and `admin.sock` (root). HTTP over a Unix socket. */

import { type Static, Type } from 'typebox';

const Time = Type.Integer({ minimum: 0 });

/** `GET /v1/status` */
export const LocalStatus = Type.Object(
  {
    version: Type.String(),
    machine: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
    server: Type.Optional(Type.String()),
    organization: Type.Optional(
      Type.Object({ slug: Type.String(), name: Type.String(), fingerprint: Type.String() }),
    ),
    policy: Type.Optional(
      Type.Object({
        revision: Type.Integer(),
        epoch: Type.Integer(),
        mode: Type.String(),
        /** Version of the catalog that came with it; absent: the server is older than 0.2. */
        catalog: Type.Optional(Type.String()),
        issuedAt: Time,
        /** When this agent took it. */
        takenAt: Time,
        /** Until when it stays in force without the control plane; absent: without limit. */
        goodUntil: Type.Optional(Time),
      }),
    ),
    connection: Type.Object({
      state: Type.Union([Type.Literal('connected'), Type.Literal('connecting'), Type.Literal('offline')]),
      since: Time,
      error: Type.Optional(Type.String()),
    }),
    rejected: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), at: Time })),
    points: Type.Array(
      Type.Object({
        name: Type.String(),
        state: Type.Union([Type.Literal('on'), Type.Literal('off')]),
        detail: Type.String(),
        allowedToday: Type.Integer(),
        deniedToday: Type.Integer(),
      }),
    ),
    log: Type.Object({ pending: Type.Integer(), dropped: Type.Integer() }),
    /** Enforced sign-in, and the asking person's own session (by peer uid); nobody else's. */
    signIn: Type.Object({
      /** Name of the mechanism in force; `none`. */
      mechanism: Type.String(),
      /** File, registry key or profile. */
      place: Type.Optional(Type.String()),
      allowedOrgs: Type.Array(Type.String()),
      /** Why the mechanism cannot be read, with file and field. */
      problem: Type.Optional(Type.String()),
      state: Type.Union([Type.Literal('off'), Type.Literal('satisfied'), Type.Literal('required')]),
      session: Type.Optional(
        Type.Object({
          email: Type.String(),
          organizations: Type.Array(Type.String()),
          teams: Type.Array(Type.String()),
          since: Time,
          /** Until when it stays good without the control plane. */
          goodUntil: Time,
          expired: Type.Boolean(),
        }),
      ),
    }),
  },
  { $id: 'LocalStatus' },
);
export type LocalStatus = Static<typeof LocalStatus>;

/** `POST /v1/check` */
export const LocalCheckRequest = Type.Object(
  {
    reference: Type.String({ maxLength: 4096 }),
    action: Type.Optional(
      Type.Union([
        Type.Literal('pull'),
        Type.Literal('push'),
        Type.Literal('delete'),
        Type.Literal('catalog'),
      ]),
    ),
  },
  { $id: 'LocalCheckRequest', additionalProperties: false },
);
export type LocalCheckRequest = Static<typeof LocalCheckRequest>;

/** Answer of a check, locally and from the control plane alike. */
export const CheckAnswer = Type.Object(
  {
    reference: Type.String(),
    action: Type.String(),
    verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
    effect: Type.Union([Type.Literal('forward'), Type.Literal('refuse')]),
    mode: Type.String(),
    reason: Type.String(),
    ruleId: Type.Optional(Type.String()),
    revision: Type.Integer(),
    message: Type.String(),
    /** One line per rule looked at, in order. */
    steps: Type.Array(
      Type.Object({ ruleId: Type.Optional(Type.String()), outcome: Type.String(), text: Type.String() }),
    ),
    nearest: Type.Optional(Type.Object({ ruleId: Type.String(), text: Type.String() })),
    policyAgeMs: Type.Optional(Type.Integer()),
  },
  { $id: 'CheckAnswer' },
);
export type CheckAnswer = Static<typeof CheckAnswer>;

/** `POST /v1/session` on `agent.sock` → LocalSession: signs the peer's uid in. `DELETE /v1/session` → 204 */
export const LocalSessionRequest = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 512 }) },
  { $id: 'LocalSessionRequest', additionalProperties: false },
);
export type LocalSessionRequest = Static<typeof LocalSessionRequest>;

export const LocalSession = Type.Object(
  {
    email: Type.String(),
    organizations: Type.Array(Type.String()),
    /** Whether what enforces sign-in on this machine is satisfied by it. */
    allowed: Type.Boolean(),
    requiredOrgs: Type.Array(Type.String()),
  },
  { $id: 'LocalSession' },
);
export type LocalSession = Static<typeof LocalSession>;
