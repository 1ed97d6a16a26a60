/** What a listing of decisions is narrowed to, in SQL and for the live tail alike. */

import type { DecisionItem } from '@pullgate/protocol';
import { type Static, Type } from 'typebox';

/** Query members of the listing and of the stream. */
export const decisionQuery = {
  verdict: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny')])),
  registry: Type.Optional(Type.String({ maxLength: 270 })),
  machine: Type.Optional(Type.String({ maxLength: 64 })),
  reason: Type.Optional(Type.String({ maxLength: 32 })),
  /** Text anywhere in registry, repository, tag, rule, engine or sentence. */
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};

const Filter = Type.Object(decisionQuery);
export type DecisionFilter = Static<typeof Filter>;

/** Columns that `q` looks in. */
export const SEARCHED = ['registry', 'repository', 'tag', 'rule_id', 'engine', 'message'] as const;

/** Leaves out whatever else a query holds. */
export function toFilter(query: DecisionFilter): DecisionFilter {
  const { verdict, registry, machine, reason, q } = query;
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(registry === undefined ? {} : { registry }),
    ...(machine === undefined ? {} : { machine }),
    ...(reason === undefined ? {} : { reason }),
    ...(q === undefined ? {} : { q }),
  };
}

/** Whether the live tail shows a decision; the same rules as in SQL. */
export function passesFilter(item: DecisionItem, filter: DecisionFilter): boolean {
  const { verdict, registry, machine, reason, q } = filter;
  const texts = [item.registry, item.repository, item.tag, item.ruleId, item.engine, item.message];
  return (
    (verdict === undefined || item.verdict === verdict) &&
    (registry === undefined || item.registry === registry) &&
    (machine === undefined || item.machine.id === machine) &&
    (reason === undefined || item.reason === reason) &&
    (q === undefined || texts.some((text) => text?.toLowerCase().includes(q.toLowerCase()) === true))
  );
}
