/** People of an organization: the organization itself, members, teams, invitations, their sessions on machines. */

import { type Static, Type } from 'typebox';
import { Line, Time } from './shared.ts';

export const RoleName = Type.Union([
  Type.Literal('owner'),
  Type.Literal('admin'),
  Type.Literal('auditor'),
  Type.Literal('member'),
]);
export type RoleName = Static<typeof RoleName>;

/** Slugs of organizations and of teams: what policies, `allowedOrgs` and addresses name them by. */
export const Slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$' });
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
const PersonRef = Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() });

/** `GET /api/v1/organizations` → page (own ones); `POST` (an owner of any organization) → 201 */
export const CreateOrganization = Type.Object(
  { slug: Slug, name: Type.Optional(Line(100)) },
  { $id: 'CreateOrganization', additionalProperties: false },
);
export type CreateOrganization = Static<typeof CreateOrganization>;

/** `GET /api/v1/organizations/{organization}`; `PATCH` with UpdateOrganization */
export const Organization = Type.Object(
  {
    id: Type.String(),
    slug: Type.String(),
    name: Type.String(),
    role: RoleName,
    /** Roles that need a second factor: without one they may only set it up. */
    twoFactorRoles: Type.Array(RoleName),
    /** Members sign in through the identity provider alone; owners keep their password for the day it is down. */
    ssoEnforced: Type.Boolean(),
    /** Where identity providers send people back to: registered there before single sign-on is connected here. */
    ssoRedirectUri: Type.String(),
    /** Of the key that its machines pin (RFC 7638); what an unattended enrolment expects. */
    fingerprint: Type.Optional(Type.String()),
    createdAt: Time,
  },
  { $id: 'Organization' },
);
export type Organization = Static<typeof Organization>;

export const UpdateOrganization = Type.Object(
  {
    name: Type.Optional(Line(100)),
    twoFactorRoles: Type.Optional(Type.Array(RoleName, { uniqueItems: true })),
    ssoEnforced: Type.Optional(Type.Boolean()),
  },
  { $id: 'UpdateOrganization', additionalProperties: false, minProperties: 1 },
);
export type UpdateOrganization = Static<typeof UpdateOrganization>;

/** `GET …/members?cursor&limit&search&team&role&state&twoFactor` → page; `GET …/members/{id}`; `PATCH …/members/{id}`; `DELETE …/members/{id}` → 204. `{id}` is the person's id. */
export const OrganizationMember = Type.Object(
  {
    /** Id of the person. */
    id: Type.String(),
    name: Type.String(),
    email: Type.String(),
    role: RoleName,
    /** Slugs. */
    teams: Type.Array(Type.String()),
    state: Type.Union([Type.Literal('active'), Type.Literal('deactivated')]),
    source: Type.Union([Type.Literal('manual'), Type.Literal('sso'), Type.Literal('scim')]),
    twoFactor: Type.Boolean(),
    createdAt: Time,
    deactivatedAt: Type.Optional(Time),
  },
  { $id: 'OrganizationMember' },
);
export type OrganizationMember = Static<typeof OrganizationMember>;

export const UpdateMember = Type.Object(
  {
    role: Type.Optional(RoleName),
    state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('deactivated')])),
  },
  { $id: 'UpdateMember', additionalProperties: false, minProperties: 1 },
);
export type UpdateMember = Static<typeof UpdateMember>;

/** `GET …/teams` → page; `POST` → 201; `GET`, `PATCH`, `DELETE …/teams/{team}` (slug); `PUT`, `DELETE …/teams/{team}/members/{id}` → 204 */
export const Team = Type.Object(
  {
    slug: Type.String(),
    name: Type.String(),
    members: Type.Integer(),
    /** Whether the policy in force names it. */
    used: Type.Boolean(),
    createdAt: Time,
  },
  { $id: 'Team' },
);
export type Team = Static<typeof Team>;

export const CreateTeam = Type.Object(
  { slug: Slug, name: Type.Optional(Line(100)) },
  { $id: 'CreateTeam', additionalProperties: false },
);
export type CreateTeam = Static<typeof CreateTeam>;

export const UpdateTeam = Type.Object(
  { name: Line(100) },
  { $id: 'UpdateTeam', additionalProperties: false },
);
export type UpdateTeam = Static<typeof UpdateTeam>;

/** `POST …/invitations` → 201; `GET` → page of open ones; `DELETE …/invitations/{id}` → 204; `POST …/invitations/{id}/resend` → 200 */
export const CreateInvitation = Type.Object(
  { email: Email, role: RoleName, teams: Type.Optional(Type.Array(Slug, { maxItems: 20 })) },
  { $id: 'CreateInvitation', additionalProperties: false },
);
export type CreateInvitation = Static<typeof CreateInvitation>;

export const Invitation = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    role: RoleName,
    teams: Type.Array(Type.String()),
    /** Address at which it is accepted; in answers to `POST` alone. */
    url: Type.Optional(Type.String()),
    invitedBy: PersonRef,
    createdAt: Time,
    expiresAt: Time,
  },
  { $id: 'Invitation' },
);
export type Invitation = Static<typeof Invitation>;

/** `GET /api/v1/account`; sessions: `GET /api/v1/account/sessions` → `{ items }`, `DELETE …/{id}` → 204, `DELETE /api/v1/account/sessions` (all others) → 204 */
export const Account = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    twoFactor: Type.Boolean(),
    /** Slugs of organizations that require a second factor which this person lacks. */
    twoFactorRequiredBy: Type.Array(Type.String()),
    hasPassword: Type.Boolean(),
  },
  { $id: 'Account' },
);
export type Account = Static<typeof Account>;

export const AccountSession = Type.Object(
  {
    id: Type.String(),
    current: Type.Boolean(),
    address: Type.Optional(Type.String()),
    userAgent: Type.Optional(Type.String()),
    /** Machines on which this session stands. */
    machines: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), login: Type.String() })),
    createdAt: Time,
    expiresAt: Time,
  },
  { $id: 'AccountSession' },
);
export type AccountSession = Static<typeof AccountSession>;

/** `GET …/machine-sessions?cursor&limit&machine&person` → page; `DELETE …/machine-sessions/{id}` → 204. Who is signed in on machines. */
export const MachineSession = Type.Object(
  {
    id: Type.String(),
    machine: Type.Object({ id: Type.String(), name: Type.String() }),
    uid: Type.Integer(),
    login: Type.String(),
    person: PersonRef,
    /** Whether the person is an active member of this organization. */
    member: Type.Boolean(),
    createdAt: Time,
    refreshedAt: Time,
  },
  { $id: 'MachineSession' },
);
export type MachineSession = Static<typeof MachineSession>;

/** `PUT …/machines/{id}/holder` with `{ person: id }` or `{ person: null }` → 204 */
export const SetHolder = Type.Object(
  { person: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]) },
  { $id: 'SetHolder', additionalProperties: false },
);
export type SetHolder = Static<typeof SetHolder>;
