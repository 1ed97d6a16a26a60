/** What Activity keeps of invitations: role, teams and end. The address stands with the invitation itself, which can be erased. */

import type { InvitationTable } from '../../database/people-schema.ts';
import type { NewActivity } from '../activity/service.ts';

const facts = (row: InvitationTable, teams: readonly string[]) => ({
  role: row.role,
  teams,
  expiresAt: Date.parse(row.expiresAt),
});
const target = (id: string) => ({ kind: 'invitation', id });

export const invitationCreated = (row: InvitationTable, teams: readonly string[]): NewActivity => ({
  event: 'invitation.created',
  target: target(row.id),
  after: facts(row, teams),
  text: `invited somebody as ${row.role}`,
});

export const invitationResent = (row: InvitationTable, teams: readonly string[]): NewActivity => ({
  event: 'invitation.resent',
  target: target(row.id),
  after: facts(row, teams),
  text: `sent an invitation as ${row.role} again`,
});

export const invitationRevoked = (row: InvitationTable, teams: readonly string[]): NewActivity => ({
  event: 'invitation.revoked',
  target: target(row.id),
  before: facts(row, teams),
  text: `revoked an invitation as ${row.role}`,
});

export const invitationAccepted = (row: InvitationTable, userId: string): NewActivity => ({
  event: 'invitation.accepted',
  target: target(row.id),
  after: { person: userId, role: row.role },
  text: `accepted an invitation as ${row.role}`,
});
