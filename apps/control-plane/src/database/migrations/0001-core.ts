/** First migration: people and organizations (the tables better-auth 1.7 expects), tokens, activity, policy. */

import { type Kysely, sql } from 'kysely';

const SIGN_IN = [
  `create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique, "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade, "activeOrganizationId" text)`,
  `create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "organization" ("id" text not null primary key, "name" text not null, "slug" text not null unique, "logo" text, "createdAt" date not null, "metadata" text)`,
  `create table "member" ("id" text not null primary key, "organizationId" text not null references "organization" ("id") on delete cascade, "userId" text not null references "user" ("id") on delete cascade, "role" text not null, "createdAt" date not null)`,
  `create table "invitation" ("id" text not null primary key, "organizationId" text not null references "organization" ("id") on delete cascade, "email" text not null, "role" text, "status" text not null, "expiresAt" date not null, "createdAt" date not null, "inviterId" text not null references "user" ("id") on delete cascade)`,
  `create index "session_userId_idx" on "session" ("userId")`,
  `create index "account_userId_idx" on "account" ("userId")`,
  `create index "verification_identifier_idx" on "verification" ("identifier")`,
  `create index "member_organizationId_idx" on "member" ("organizationId")`,
  `create index "member_userId_idx" on "member" ("userId")`,
  `create index "invitation_organizationId_idx" on "invitation" ("organizationId")`,
  `create index "invitation_email_idx" on "invitation" ("email")`,
];

const OURS = [
  `create table api_tokens (
    id text not null primary key, organization_id text not null references "organization" ("id"),
    user_id text not null references "user" ("id"), name text not null, hash text not null unique, start text not null,
    scopes text not null, created_at bigint not null, expires_at bigint, last_used_at bigint, revoked_at bigint)`,
  `create index api_tokens_page on api_tokens (organization_id, created_at, id)`,
  `create table activity (
    id text not null primary key, organization_id text not null references "organization" ("id"), seq bigint not null,
    at bigint not null, event text not null, actor_kind text not null, actor_id text not null, address text not null,
    user_agent text, target_kind text not null, target_id text not null, before text, after text, text text not null,
    prev_hash text not null, hash text not null, unique (organization_id, seq))`,
  `create table activity_heads (
    organization_id text not null primary key references "organization" ("id"), seq bigint not null, hash text not null)`,
  `create table policy_revisions (
    organization_id text not null references "organization" ("id"), revision bigint not null, mode text not null,
    yaml text not null, document text not null, profiles text not null, content_hash text not null, published_at bigint not null,
    published_by text not null, comment text, rollback_of bigint, changes text not null,
    primary key (organization_id, revision))`,
  `create table policy_drafts (
    organization_id text not null primary key references "organization" ("id"), version bigint not null,
    base bigint not null, yaml text not null, document text not null, updated_at bigint, updated_by text)`,
  `create table policy_heads (
    organization_id text not null primary key references "organization" ("id"), revision bigint not null)`,
];

/** Nobody rewrites history by way of the application, whatever its mistakes. */
const APPEND_ONLY = ['activity', 'policy_revisions'].flatMap((table) =>
  ['update', 'delete'].map(
    (verb) =>
      `create trigger ${table}_no_${verb} before ${verb} on ${table} begin select raise(abort, '${table} is append-only'); end`,
  ),
);

export const core = {
  name: '0001-core',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of [...SIGN_IN, ...OURS, ...APPEND_ONLY]) await sql.raw(statement).execute(db);
  },
};
