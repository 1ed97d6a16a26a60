/** What was done: Activity of owners, decisions of machines. */

import { type Static, Type } from 'typebox';
import { ExplainedStep, RulePlace } from './registries.ts';
import { ModeName, Time } from './shared.ts';

/**
 * `GET …/activity?cursor&limit&event&actor&search&since&until`: newest first, append-only. With `search` a page may hold less than
 * `limit`, even nothing, and have a `nextCursor`. `GET …/activity/export?format=csv|json`, with the same filters: all of it, as a file.
 */
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

/** `GET …/activity/verification?head`: the whole chain recomputed. It holds when `broken` is absent. */
export const ActivityVerification = Type.Object(
  {
    /** How many entries hold, from the first on. */
    entries: Type.Integer(),
    /** Seal of the last one of them, `sha256:` and 64 hexadecimal digits. */
    head: Type.Optional(Type.String()),
    /** Place of the entry whose seal is the `head` that was asked for. */
    notedAt: Type.Optional(Type.Integer()),
    broken: Type.Optional(
      Type.Object({
        /** The first entry that does not hold; absent when only the noted head is missing. */
        seq: Type.Optional(Type.Integer()),
        why: Type.Union([
          Type.Literal('changed'),
          Type.Literal('missing'),
          Type.Literal('inserted'),
          Type.Literal('replaced'),
          Type.Literal('head-missing'),
          Type.Literal('head-differs'),
          Type.Literal('noted-head-missing'),
        ]),
        text: Type.String(),
      }),
    ),
  },
  { $id: 'ActivityVerification' },
);
export type ActivityVerification = Static<typeof ActivityVerification>;

/**
 * `GET …/decisions?cursor&limit&verdict&effect&registry&repository&machine&person&action&point&reason&q&since&until&attempts`:
 * newest first. A page may hold less than `limit`, even nothing, and have a `nextCursor`: so many records are looked through at a time.
 * With `attempts=true` rows of the same machine, person, registry, repository and action within 30 s are one row with a count.
 * `GET …/decisions/export?format=csv|json`, with the same filters: all of them, as a file.
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

/** `GET …/decisions/{id}`: the decision, explained by the revision that was in force on the machine. */
export const DecisionDetail = Type.Object(
  {
    ...DecisionItem.properties,
    /** Absent when that revision is not known here, or what was asked for is no reference. */
    explanation: Type.Optional(
      Type.Object({
        verdict: Type.String(),
        reason: Type.String(),
        /** Whether the machine came to the same; it knew its person's teams of that day, and its grants. */
        agrees: Type.Boolean(),
        steps: Type.Array(ExplainedStep),
        /** The rule that decided. */
        rule: Type.Optional(RulePlace),
        /** For a denial: the permission that comes closest. */
        nearest: Type.Optional(Type.Object({ ruleId: Type.String(), text: Type.String() })),
      }),
    ),
  },
  { $id: 'DecisionDetail' },
);
export type DecisionDetail = Static<typeof DecisionDetail>;
