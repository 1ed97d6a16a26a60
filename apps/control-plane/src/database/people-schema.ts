/** The tables of people as Kysely types: those of better-auth (camelCase, written only through it), then our own. */

export interface PeopleTables {
  readonly session: SessionTable;
  readonly account: AccountTable;
  readonly team: TeamTable;
  readonly teamMember: TeamMemberTable;
  readonly invitation: InvitationTable;
  readonly twoFactor: TwoFactorTable;
  readonly deviceCode: DeviceCodeTable;
  readonly organization_settings: OrganizationSettingsTable;
  readonly sso_domains: SsoDomainsTable;
  readonly sso_connections: SsoConnectionsTable;
  readonly scim_connections: ScimConnectionsTable;
  readonly scimUser: ScimUserTable;
  readonly scimGroup: ScimGroupTable;
  readonly scimIdentityTombstone: ScimIdentityTombstoneTable;
  readonly device_requests: DeviceRequestsTable;
  readonly machine_sessions: MachineSessionsTable;
}

export interface SessionTable {
  readonly id: string;
  readonly expiresAt: string;
  readonly token: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly userId: string;
  /** `device`: by the device flow, for one machine or command line; null: by a person's browser. */
  readonly madeBy: 'device' | null;
}

export interface AccountTable {
  readonly id: string;
  readonly accountId: string;
  readonly providerId: string;
  readonly userId: string;
  /** Its hash; of `credential` accounts alone. */
  readonly password: string | null;
}

export interface TeamTable {
  readonly id: string;
  readonly name: string;
  /** What policies and assignments call the team; unique within its organization, never changed. */
  readonly slug: string;
  readonly organizationId: string;
  readonly createdAt: string;
}

export interface TeamMemberTable {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
}

export interface InvitationTable {
  readonly id: string;
  readonly organizationId: string;
  readonly email: string;
  readonly role: string | null;
  readonly teamId: string | null;
  readonly status: string;
  readonly expiresAt: string;
  readonly createdAt: string;
  readonly inviterId: string;
}

export interface TwoFactorTable {
  readonly id: string;
  readonly userId: string;
  readonly verified: number | null;
}

export interface DeviceCodeTable {
  readonly id: string;
  readonly userCode: string;
  readonly userId: string | null;
  readonly expiresAt: string;
  readonly status: string;
}

export interface OrganizationSettingsTable {
  readonly organization_id: string;
  /** JSON list of the roles that need a second factor. */
  readonly two_factor_roles: string;
  /** 1: members sign in through the identity provider alone; owners keep their password (break-glass). */
  readonly sso_enforced: number;
  readonly updated_at: number;
}

export interface SsoDomainsTable {
  readonly id: string;
  readonly organization_id: string;
  /** Lower case, A-labels. One organization at most has it verified. */
  readonly domain: string;
  readonly challenge: string;
  readonly verified_at: number | null;
  readonly created_at: number;
}

/** What is ours of the one OpenID Connect connection of an organization; the rest is better-auth's `ssoProvider`. */
export interface SsoConnectionsTable {
  readonly organization_id: string;
  readonly provider_id: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly scopes: string;
  readonly groups_claim: string;
  readonly just_in_time: number;
  readonly default_role: string;
  /** JSON list of GroupMapping. */
  readonly mappings: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface ScimConnectionsTable {
  readonly organization_id: string;
  /** better-auth's managed connection. */
  readonly connection_id: string;
  /** JSON list of GroupMapping. */
  readonly mappings: string;
  readonly created_at: number;
}

/** Where a device code was asked for, shown on the consent page. */
export interface DeviceRequestsTable {
  readonly user_code: string;
  readonly organization_id: string | null;
  readonly machine_name: string;
  /** Login name on that machine. */
  readonly login: string;
  readonly address: string;
  readonly user_agent: string | null;
  readonly created_at: number;
}

/** Who is signed in on a machine, by uid. It holds while its better-auth session (or API token) does. */
export interface MachineSessionsTable {
  readonly id: string;
  readonly machine_id: string;
  readonly organization_id: string;
  readonly uid: number;
  readonly login: string;
  readonly user_id: string;
  readonly session_id: string | null;
  readonly token_id: string | null;
  readonly created_at: number;
  readonly refreshed_at: number;
}

export interface ScimUserTable {
  readonly id: string;
  readonly provisioningDomainId: string;
  readonly userId: string;
  readonly active: number;
}

export interface ScimGroupTable {
  readonly id: string;
  readonly provisioningDomainId: string;
}

/** A person whom the directory deleted: coming back under the same `externalId`, they get their account back. */
export interface ScimIdentityTombstoneTable {
  readonly id: string;
  readonly externalId: string;
  readonly userId: string;
}
