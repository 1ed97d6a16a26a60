/** What Activity keeps of tokens: name, scopes and end; never the token. */

import type { ApiTokensTable } from '../../database/schema.ts';
import type { NewActivity } from '../activity/service.ts';

const facts = (row: ApiTokensTable) => ({
  name: row.name,
  scopes: JSON.parse(row.scopes) as unknown,
  expiresAt: row.expires_at,
});

export const tokenCreated = (row: ApiTokensTable): NewActivity => ({
  event: 'token.created',
  target: { kind: 'token', id: row.id },
  after: facts(row),
  text: `created the API token ${row.name}`,
});

export const tokenRevoked = (row: ApiTokensTable): NewActivity => ({
  event: 'token.revoked',
  target: { kind: 'token', id: row.id },
  before: facts(row),
  text: `revoked the API token ${row.name}`,
});
