/** What Activity keeps of enrolment tokens: uses and end; never the token. */

import type { NewActivity } from '../activity/service.ts';
import type { EnrollmentTokensTable } from './tables.ts';

const facts = (row: EnrollmentTokensTable) => ({
  uses: row.uses,
  ephemeral: row.ephemeral === 1,
  expiresAt: row.expires_at,
});

export const enrollmentTokenCreated = (row: EnrollmentTokensTable): NewActivity => ({
  event: 'enrollment-token.created',
  target: { kind: 'enrollment-token', id: row.id },
  after: facts(row),
  text: `created an enrolment token for ${row.uses === 1 ? 'one machine' : `${row.uses} machines`}`,
});

export const enrollmentTokenRevoked = (row: EnrollmentTokensTable): NewActivity => ({
  event: 'enrollment-token.revoked',
  target: { kind: 'enrollment-token', id: row.id },
  before: { ...facts(row), used: row.used },
  text: 'revoked an enrolment token',
});
