/** Attempts by the hour, counted from the decisions that are there; and indexes for what decisions are looked for by. */

import { type Kysely, sql } from 'kysely';

/** A record begins an attempt when none of the same kind came within the 30 s before it. */
const ATTEMPTS = `
  select organization_id, at - at % 3600000 as hour, registry, outcome,
    case when at - lag(at) over (partition by organization_id, machine_id, user_id, registry, repository, action, outcome
      order by at) <= 30000 then 0 else 1 end as begins
  from (select organization_id, machine_id, user_id, registry, repository, action, at,
    case when verdict = 'allow' then 'allowed' when effect = 'forward' then 'observed' else 'denied' end as outcome
    from decisions) as judged`;

const STATEMENTS = [
  `create table attempt_hours (
    organization_id text not null, hour bigint not null, outcome text not null, attempts bigint not null,
    records bigint not null, primary key (organization_id, hour, outcome))`,
  `create table denied_hours (
    organization_id text not null, hour bigint not null, registry text not null, outcome text not null,
    attempts bigint not null, records bigint not null, primary key (organization_id, hour, registry, outcome))`,
  `insert into attempt_hours (organization_id, hour, outcome, attempts, records)
    select organization_id, hour, outcome, sum(begins), count(*) from (${ATTEMPTS}) as attempts
    group by organization_id, hour, outcome`,
  `insert into denied_hours (organization_id, hour, registry, outcome, attempts, records)
    select organization_id, hour, registry, outcome, sum(begins), count(*) from (${ATTEMPTS}) as attempts
    where outcome <> 'allowed' group by organization_id, hour, registry, outcome`,
  `create index decisions_registry on decisions (organization_id, registry, at)`,
  `create index decisions_person on decisions (organization_id, user_id, at) where user_id is not null`,
];

export const attempts = {
  name: '0301-attempts',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
