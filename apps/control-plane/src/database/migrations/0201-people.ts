/** People: teams, two-factor, device codes, single sign-on and SCIM (the tables better-auth 1.7 expects), then our own. */

import { type Kysely, sql } from 'kysely';

const SIGN_IN = [
  `alter table "user" add column "twoFactorEnabled" integer default 0`,
  `alter table "session" add column "activeTeamId" text`,
  `alter table "member" add column "deactivatedAt" date`,
  `alter table "member" add column "source" text`,
  `alter table "invitation" add column "teamId" text`,
  `create table "team" ("id" text not null primary key, "name" text not null, "memberCount" integer not null, "organizationId" text not null references "organization" ("id") on delete cascade, "createdAt" date not null, "updatedAt" date, "slug" text not null)`,
  `create table "teamMember" ("id" text not null primary key, "teamId" text not null references "team" ("id") on delete cascade, "userId" text not null references "user" ("id") on delete cascade, "membershipKey" text unique, "createdAt" date)`,
  `create table "twoFactor" ("id" text not null primary key, "secret" text not null, "backupCodes" text not null, "userId" text not null references "user" ("id") on delete cascade, "verified" integer, "failedVerificationCount" integer, "lockedUntil" date)`,
  `create table "deviceCode" ("id" text not null primary key, "deviceCode" text not null, "userCode" text not null, "userId" text, "expiresAt" date not null, "status" text not null, "lastPolledAt" date, "pollingInterval" integer, "clientId" text, "scope" text)`,
  `create table "ssoProvider" ("id" text not null primary key, "issuer" text not null, "oidcConfig" text, "samlConfig" text, "userId" text not null references "user" ("id") on delete cascade, "providerId" text not null unique, "organizationId" text, "domain" text not null, "domainVerified" integer)`,
  `create index "team_organizationId_idx" on "team" ("organizationId")`,
  `create index "teamMember_teamId_idx" on "teamMember" ("teamId")`,
  `create index "teamMember_userId_idx" on "teamMember" ("userId")`,
  `create index "twoFactor_secret_idx" on "twoFactor" ("secret")`,
  `create index "twoFactor_userId_idx" on "twoFactor" ("userId")`,
  `create unique index "deviceCode_deviceCode_uidx" on "deviceCode" ("deviceCode")`,
  `create unique index "deviceCode_userCode_uidx" on "deviceCode" ("userCode")`,
];

const SCIM = [
  `create table "scimManagedConnection" ("id" text not null primary key, "creationRequestId" text not null unique, "connectionId" text not null unique, "provisioningDomainId" text not null, "status" text not null, "revision" integer not null, "createdAt" date not null, "createdBy" text not null, "decommissionStartedAt" date, "decommissionStartedBy" text, "decommissionedAt" date, "decommissionedBy" text)`,
  `create table "scimManagedCredential" ("id" text not null primary key, "connectionRecordId" text not null references "scimManagedConnection" ("id") on delete cascade, "credentialId" text not null unique, "tokenDigest" text not null, "hashVersion" text not null, "activeSlotKey" text not null unique, "status" text not null, "serializedScopes" text not null, "expiresAt" date not null, "createdAt" date not null, "createdBy" text not null, "lastUsedAt" date, "revokedAt" date, "revokedBy" text, "decommissionedAt" date)`,
  `create table "scimManagedConnectionEvent" ("id" text not null primary key, "connectionRecordId" text not null references "scimManagedConnection" ("id") on delete cascade, "eventKey" text not null unique, "sequence" integer not null, "type" text not null, "actorId" text not null, "credentialId" text, "createdAt" date not null)`,
  `create table "scimConnectionBinding" ("id" text not null primary key, "connectionId" text not null, "connectionKey" text not null unique, "provisioningDomainId" text not null, "createdAt" date not null, "decommissionedAt" date, "decommissionStatus" text not null, "decommissionCursorUserId" text, "decommissionReconciledUserCount" integer not null, "decommissionBatchCount" integer not null, "decommissionRevision" integer not null, "decommissionCompletedAt" date, "decommissionLeaseId" text, "decommissionLeaseExpiresAt" date)`,
  `create table "scimIdentityTombstone" ("id" text not null primary key, "connectionId" text not null, "provisioningDomainId" text not null, "externalId" text not null, "externalIdKey" text not null unique, "userId" text not null references "user" ("id") on delete cascade, "profile" text not null, "deletedAt" date not null)`,
  `create table "scimSubject" ("id" text not null primary key, "userId" text not null unique references "user" ("id") on delete cascade, "profileSourceId" text, "revision" integer not null, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "scimUser" ("id" text not null primary key, "connectionId" text not null, "provisioningDomainId" text not null, "userId" text not null references "user" ("id") on delete cascade, "connectionUserKey" text not null unique, "userName" text not null, "userNameKey" text not null unique, "primaryEmail" text not null, "workEmailValueIndex" text not null, "emailValueIndex" text not null, "displayName" text not null, "formattedName" text not null, "givenName" text, "familyName" text, "serializedEmails" text not null, "serializedAttributes" text, "externalId" text, "externalIdKey" text unique, "active" integer not null, "orderKey" text not null unique, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "scimProjectionGrant" ("id" text not null primary key, "connectionId" text not null, "provisioningDomainId" text not null, "scimUserId" text not null references "scimUser" ("id") on delete cascade, "userId" text not null references "user" ("id") on delete cascade, "sourceKind" text not null, "sourceId" text not null, "sourceValue" text, "role" text not null, "grantKey" text not null unique, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "scimGroup" ("id" text not null primary key, "connectionId" text not null, "provisioningDomainId" text not null, "revision" integer not null, "displayName" text not null, "displayNameKey" text not null unique, "externalId" text, "externalIdKey" text unique, "orderKey" text not null unique, "createdAt" date not null, "updatedAt" date not null)`,
  `create table "scimGroupMember" ("id" text not null primary key, "connectionId" text not null, "groupId" text not null references "scimGroup" ("id") on delete cascade, "scimUserId" text not null references "scimUser" ("id") on delete cascade, "membershipKey" text not null unique, "createdAt" date not null)`,
  `create index "scimManagedConnection_provisioningDomainId_idx" on "scimManagedConnection" ("provisioningDomainId")`,
  `create index "scimManagedCredential_connectionRecordId_idx" on "scimManagedCredential" ("connectionRecordId")`,
  `create index "scimManagedConnectionEvent_connectionRecordId_idx" on "scimManagedConnectionEvent" ("connectionRecordId")`,
  `create index "scimConnectionBinding_connectionId_idx" on "scimConnectionBinding" ("connectionId")`,
  `create index "scimIdentityTombstone_connectionId_idx" on "scimIdentityTombstone" ("connectionId")`,
  `create index "scimIdentityTombstone_provisioningDomainId_idx" on "scimIdentityTombstone" ("provisioningDomainId")`,
  `create index "scimIdentityTombstone_userId_idx" on "scimIdentityTombstone" ("userId")`,
  `create index "scimSubject_profileSourceId_idx" on "scimSubject" ("profileSourceId")`,
  `create index "scimUser_connectionId_idx" on "scimUser" ("connectionId")`,
  `create index "scimUser_provisioningDomainId_idx" on "scimUser" ("provisioningDomainId")`,
  `create index "scimUser_userId_idx" on "scimUser" ("userId")`,
  `create index "scimProjectionGrant_connectionId_idx" on "scimProjectionGrant" ("connectionId")`,
  `create index "scimProjectionGrant_provisioningDomainId_idx" on "scimProjectionGrant" ("provisioningDomainId")`,
  `create index "scimProjectionGrant_scimUserId_idx" on "scimProjectionGrant" ("scimUserId")`,
  `create index "scimProjectionGrant_userId_idx" on "scimProjectionGrant" ("userId")`,
  `create index "scimGroup_connectionId_idx" on "scimGroup" ("connectionId")`,
  `create index "scimGroup_provisioningDomainId_idx" on "scimGroup" ("provisioningDomainId")`,
  `create index "scimGroupMember_connectionId_idx" on "scimGroupMember" ("connectionId")`,
  `create index "scimGroupMember_groupId_idx" on "scimGroupMember" ("groupId")`,
  `create index "scimGroupMember_scimUserId_idx" on "scimGroupMember" ("scimUserId")`,
];

const OURS = [
  `create unique index team_slug on "team" ("organizationId", "slug")`,
  `create unique index member_once on "member" ("organizationId", "userId")`,
  `create table organization_settings (
    organization_id text not null primary key references "organization" ("id"),
    two_factor_roles text not null, sso_enforced integer not null, updated_at bigint not null)`,
  `create table sso_domains (
    id text not null primary key, organization_id text not null references "organization" ("id"), domain text not null,
    challenge text not null, verified_at bigint, created_at bigint not null, unique (organization_id, domain))`,
  `create unique index sso_domains_owner on sso_domains (domain) where verified_at is not null`,
  `create table sso_connections (
    organization_id text not null primary key references "organization" ("id"), provider_id text not null unique,
    issuer text not null, client_id text not null, scopes text not null, groups_claim text not null,
    just_in_time integer not null, default_role text not null, mappings text not null, created_at bigint not null,
    updated_at bigint not null)`,
  `create table scim_connections (
    organization_id text not null primary key references "organization" ("id"), connection_id text not null unique,
    mappings text not null, created_at bigint not null)`,
  `create table device_requests (
    user_code text not null primary key, organization_id text, machine_name text not null, login text not null,
    address text not null, user_agent text, created_at bigint not null)`,
  `create table machine_sessions (
    id text not null primary key, machine_id text not null, organization_id text not null references "organization" ("id"),
    uid bigint not null, login text not null, user_id text not null references "user" ("id"), session_id text, token_id text,
    created_at bigint not null, refreshed_at bigint not null, unique (machine_id, uid))`,
  `alter table assignments add column sessions text not null default '[]'`,
  `alter table machines add column sign_in text`,
  `alter table machines add column holder_id text`,
  `create index machines_holder on machines (holder_id)`,
  `create index machine_sessions_user on machine_sessions (user_id)`,
];

export const people = {
  name: '0201-people',
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of [...SIGN_IN, ...SCIM, ...OURS]) await sql.raw(statement).execute(db);
  },
};
