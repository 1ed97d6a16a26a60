/** Hosts that registries were seen to use beyond what the policy knows, by which machines, and what went beyond the limits. */

import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table registry_hosts (
    id text not null primary key, organization_id text not null, registry text not null, host text not null, kinds text not null,
    state text not null, first_seen_at bigint not null, last_seen_at bigint not null, decided_at bigint, decided_by text)`,
  'create unique index registry_hosts_host on registry_hosts (organization_id, registry, host)',
  'create index registry_hosts_state on registry_hosts (organization_id, state, first_seen_at)',
  `create table registry_host_machines (
    registry_host_id text not null references registry_hosts (id) on delete cascade, machine_id text not null, kind text not null,
    counted_since bigint not null, attempts bigint not null, attempts_before bigint not null,
    primary key (registry_host_id, machine_id, kind))`,
  `create table registry_host_overflow (
    organization_id text not null, registry text not null, machine_id text not null, day text not null, sightings bigint not null,
    primary key (organization_id, registry, machine_id))`,
];

export const registryHosts = {
  name: '0412-registry-hosts',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
