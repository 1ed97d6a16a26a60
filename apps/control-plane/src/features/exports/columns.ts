/** The columns of exported CSV, by their names in the first row. Times are ISO 8601, for spreadsheets. */

import type { ActivityEntry, DecisionItem } from '@pullgate/protocol';
import type { Cell } from './csv.ts';

export type Columns<T> = Readonly<Record<string, (item: T) => Cell>>;

const time = (at: number) => new Date(at).toISOString();
const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));

export const ACTIVITY_COLUMNS: Columns<ActivityEntry> = {
  seq: ({ seq }) => seq,
  id: ({ id }) => id,
  at: ({ at }) => time(at),
  event: ({ event }) => event,
  actor_kind: ({ actor }) => actor.kind,
  actor_id: ({ actor }) => actor.id,
  actor_name: ({ actor }) => actor.name,
  address: ({ from }) => from.address,
  user_agent: ({ from }) => from.userAgent,
  target_kind: ({ target }) => target.kind,
  target_id: ({ target }) => target.id,
  text: ({ text }) => text,
  before: ({ before }) => json(before),
  after: ({ after }) => json(after),
};

export const DECISION_COLUMNS: Columns<DecisionItem> = {
  id: ({ id }) => id,
  at: ({ at }) => time(at),
  received_at: ({ receivedAt }) => time(receivedAt),
  machine_id: ({ machine }) => machine.id,
  machine_name: ({ machine }) => machine.name,
  log: ({ log }) => log,
  seq: ({ seq }) => seq,
  verdict: ({ verdict }) => verdict,
  effect: ({ effect }) => effect,
  mode: ({ mode }) => mode,
  reason: ({ reason }) => reason,
  rule: ({ ruleId }) => ruleId,
  revision: ({ revision }) => revision,
  registry: ({ registry }) => registry,
  repository: ({ repository }) => repository,
  tag: ({ tag }) => tag,
  action: ({ action }) => action,
  person: ({ user }) => user,
  engine: ({ engine }) => engine,
  point: ({ point }) => point,
  depth: ({ depth }) => depth,
  message: ({ message }) => message,
  count: ({ count }) => count,
};
