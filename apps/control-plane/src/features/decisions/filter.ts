/** What a listing of decisions is narrowed to, in SQL and for the live tail alike. */

import type { DecisionItem } from '@pullgate/protocol';
import { type Static, Type } from 'typebox';

/** Query members of the listing and of the stream. */
export const decisionQuery = {
  verdict: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny')])),
  /** `forward` with verdict `deny`: would have been denied, but was let through. */
  effect: Type.Optional(Type.Union([Type.Literal('forward'), Type.Literal('refuse')])),
  registry: Type.Optional(Type.String({ maxLength: 270 })),
  repository: Type.Optional(Type.String({ maxLength: 255 })),
  machine: Type.Optional(Type.String({ maxLength: 64 })),
  /** Id of a person. */
  person: Type.Optional(Type.String({ maxLength: 64 })),
  action: Type.Optional(Type.String({ maxLength: 32 })),
  point: Type.Optional(Type.String({ maxLength: 64 })),
  reason: Type.Optional(Type.String({ maxLength: 32 })),
  /** Text anywhere in registry, repository, tag, rule, engine or sentence. */
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};

/** What the listing and the export take besides, and the stream does not. */
export const recordedQuery = {
  since: Type.Optional(Type.Integer({ minimum: 0 })),
  until: Type.Optional(Type.Integer({ minimum: 0 })),
  attempts: Type.Optional(Type.Boolean()),
};

const Filter = Type.Object(decisionQuery);
export type DecisionFilter = Static<typeof Filter>;

/** Columns that `q` looks in. */
export const SEARCHED = ['registry', 'repository', 'tag', 'rule_id', 'engine', 'message'] as const;

const NAMES = Object.keys(decisionQuery) as (keyof DecisionFilter)[];

/** Leaves out whatever else a query holds. */
export function toFilter(query: DecisionFilter): DecisionFilter {
  return Object.fromEntries(
    NAMES.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  );
}

/** The same, with the times between which it is looked for. */
export function toWanted(query: DecisionFilter & { readonly since?: number; readonly until?: number }) {
  const { since, until } = query;
  return {
    filter: toFilter(query),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Whether the live tail shows a decision; the same rules as in SQL. */
export function passesFilter(item: DecisionItem, { machine, person, q, ...plain }: DecisionFilter): boolean {
  const texts = [item.registry, item.repository, item.tag, item.ruleId, item.engine, item.message];
  return (
    Object.entries(plain).every(([name, value]) => item[name as keyof typeof plain] === value) &&
    (machine === undefined || item.machine.id === machine) &&
    (person === undefined || item.user === person) &&
    (q === undefined || texts.some((text) => text?.toLowerCase().includes(q.toLowerCase()) === true))
  );
}
