/** better-auth's organizations with our four roles and with teams, which policies name by slug. */

import { organization } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { adminAc, defaultStatements, memberAc, ownerAc } from 'better-auth/plugins/organization/access';

const access = createAccessControl(defaultStatements);
const roles = {
  owner: access.newRole(ownerAc.statements),
  admin: access.newRole(adminAc.statements),
  auditor: access.newRole(memberAc.statements),
  member: access.newRole(memberAc.statements),
};

/** A bound against mistakes, far above any organization. */
const MANY = 1_000_000;

export const organizations = () =>
  organization({
    ac: access,
    roles,
    allowUserToCreateOrganization: false,
    membershipLimit: MANY,
    invitationLimit: MANY,
    teams: {
      enabled: true,
      defaultTeam: { enabled: false },
      maximumTeams: MANY,
      allowRemovingAllTeams: true,
    },
    schema: {
      team: { additionalFields: { slug: { type: 'string', required: true } } },
      member: {
        additionalFields: {
          deactivatedAt: { type: 'date', required: false },
          source: { type: 'string', required: false },
        },
      },
    },
  });
