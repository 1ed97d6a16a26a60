/** Machines, how a revision reaches them, and the tokens by which they enrol. */

import { type Static, Type } from 'typebox';
import { SignInReport } from '../agent.ts';
import { Time } from './shared.ts';

/**
 * `GET …/machines?cursor&limit&search&state&behind&rejected&unwired&signIn&sort`: `search` is part of a name, a system, an architecture, a
 * version or of the holder's name or address; `sort` is `name` (default), `seen` (latest first), `revision` (oldest first) or
 * `enrolled` (latest first). A cursor belongs to its `sort`. `GET …/machines/{id}`, `DELETE …/machines/{id}` (revokes; 204) */
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
    /** The person that rootful engines act for. */
    holder: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
    /** What the machine says of enforced sign-in. */
    signIn: Type.Optional(SignInReport),
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
    /** Machines that do not have it: those that refused it first, then those online, by name; twenty at most. */
    waiting: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        state: Type.Union([Type.Literal('online'), Type.Literal('offline'), Type.Literal('rejected')]),
        lastSeenAt: Type.Optional(Time),
        /** Revision that it has. */
        revision: Type.Optional(Type.Integer()),
        /** Code by which it refused the revision. */
        reason: Type.Optional(Type.String()),
      }),
    ),
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
