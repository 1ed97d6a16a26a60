/** Machines, their enrolment, the keys and documents they are given, and the decisions they report. */

import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table enrollment_tokens (
    id text not null primary key, organization_id text not null references "organization" ("id"),
    created_by text not null references "user" ("id"), hash text not null unique, uses bigint not null,
    used bigint not null, ephemeral integer not null, created_at bigint not null, expires_at bigint not null,
    revoked_at bigint)`,
  `create index enrollment_tokens_page on enrollment_tokens (organization_id, created_at, id)`,
  `create table machines (
    id text not null primary key, organization_id text not null references "organization" ("id"), name text not null,
    os text not null, arch text not null, agent_version text not null, protocol bigint not null,
    public_key text not null, ephemeral integer not null, enrollment_token_id text not null references enrollment_tokens (id),
    enrolled_at bigint not null, last_seen_at bigint, revoked_at bigint, forgotten_at bigint, policy_epoch bigint,
    policy_revision bigint, acknowledged_at bigint, assignment_sequence bigint, rejected_code text, rejected_at bigint,
    points text not null, engines text not null, log_pending bigint, log_dropped bigint,
    unique (organization_id, public_key))`,
  `create index machines_page on machines (organization_id, name, id)`,
  `create table organization_keys (
    organization_id text not null primary key references "organization" ("id"), epoch bigint not null,
    certificate text not null, recovery_key text not null, fingerprint text not null, signing_key text not null,
    signing_key_file text not null)`,
  `create table policy_bundles (
    organization_id text not null references "organization" ("id"), revision bigint not null, epoch bigint not null,
    issued_at bigint not null, public_url text not null, body text not null, primary key (organization_id, revision))`,
  `create table assignments (
    machine_id text not null primary key references machines (id), organization_id text not null,
    sequence bigint not null, issued_at bigint not null, holder_id text, teams text not null, labels text not null,
    grants text not null, stage text)`,
  `create table decision_logs (
    id integer not null primary key, machine_id text not null references machines (id), log text not null,
    high bigint not null, gaps text not null, last_at bigint not null, unique (machine_id, log))`,
  // The row is found, kept once and purged by (log, seq); each index carries that key as its tie-break.
  `create table decisions (
    log_id bigint not null references decision_logs (id), seq bigint not null, organization_id text not null,
    machine_id text not null, at bigint not null, received_at bigint not null, point text not null, depth text not null,
    verdict text not null, effect text not null, mode text not null, reason text not null, rule_id text,
    revision bigint not null, registry text not null, repository text, tag text, action text, user_id text, engine text,
    message text, primary key (log_id, seq)) without rowid`,
  `create index decisions_page on decisions (organization_id, at)`,
  `create index decisions_denied on decisions (organization_id, at) where verdict = 'deny'`,
  `create index decisions_machine on decisions (machine_id, at)`,
];

export const fleet = {
  name: '0101-fleet',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
