/** The overview of an organization: is everyone protected, and what happened of late. */

import { type Static, Type } from 'typebox';
import { ActivityEntry } from './records.ts';
import { RegistryHostItem } from './registry-hosts.ts';
import { ModeName, Time } from './shared.ts';

/** `GET …/machines/summary`: how many machines are in which state. Revoked ones count in `revoked` alone. */
export const MachineSummary = Type.Object(
  {
    /** Online and offline together. */
    total: Type.Integer(),
    online: Type.Integer(),
    offline: Type.Integer(),
    revoked: Type.Integer(),
    /** With an engine that goes past Pullgate. */
    unwired: Type.Integer(),
    /** On an older revision than the one in force, or on none. */
    behind: Type.Integer(),
    /** Could not take the revision in force. */
    rejected: Type.Integer(),
    /** What machines say of enforced sign-in; each stands in one of the four. */
    signIn: Type.Object({
      satisfied: Type.Integer(),
      /** Somebody has to sign in: rootful engines are stopped. */
      required: Type.Integer(),
      /** Nothing enforces sign-in there. */
      off: Type.Integer(),
      /** What enforces it cannot be read. */
      broken: Type.Integer(),
    }),
  },
  { $id: 'MachineSummary' },
);
export type MachineSummary = Static<typeof MachineSummary>;

/** Attempts by how they ended. `observed`: would have been denied, but mode observe let them through. */
const outcomes = { allowed: Type.Integer(), denied: Type.Integer(), observed: Type.Integer() };

/**
 * `GET …/overview?hours=24|168|720`, for `decisions:read`. The other parts are there for who may read them: `policy` with
 * `policy:read`, `machines` with `machines:read`, `people` with `people:read`, `changes` with `activity:read`,
 * `unknownHosts` with `policy:read`. A token may lack some.
 */
export const Overview = Type.Object(
  {
    hours: Type.Integer(),
    now: Time,
    policy: Type.Optional(Type.Object({ revision: Type.Integer(), mode: ModeName, publishedAt: Time })),
    machines: Type.Optional(MachineSummary),
    people: Type.Optional(Type.Object({ active: Type.Integer(), deactivated: Type.Integer() })),
    attempts: Type.Object({
      ...outcomes,
      /** Length of a bucket. */
      bucketMs: Type.Integer(),
      /** Oldest first, without holes; the last one is still filling. */
      buckets: Type.Array(Type.Object({ at: Time, ...outcomes })),
    }),
    /** Most attempts first, ten at most. */
    topDenied: Type.Array(
      Type.Object({ registry: Type.String(), denied: Type.Integer(), observed: Type.Integer() }),
    ),
    /** The last five. */
    changes: Type.Optional(Type.Array(ActivityEntry)),
    /** Hosts that registries began to use and that wait for a decision; `total` of them, the newest five as items. */
    unknownHosts: Type.Optional(Type.Object({ total: Type.Integer(), items: Type.Array(RegistryHostItem) })),
  },
  { $id: 'Overview' },
);
export type Overview = Static<typeof Overview>;
