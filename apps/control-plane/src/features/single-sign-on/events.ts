/** What Activity keeps of single sign-on: the connection, never its client secret. */

import type { SsoTest } from '@pullgate/protocol';
import type { SsoConnectionsTable } from '../../database/people-schema.ts';
import type { NewActivity } from '../activity/service.ts';

const facts = (row: SsoConnectionsTable) => ({
  issuer: row.issuer,
  clientId: row.client_id,
  scopes: JSON.parse(row.scopes) as unknown,
  groupsClaim: row.groups_claim,
  justInTime: row.just_in_time === 1,
  defaultRole: row.default_role,
  mappings: JSON.parse(row.mappings) as unknown,
});
const target = (row: SsoConnectionsTable) => ({ kind: 'sso', id: row.provider_id });

export const ssoConfigured = (
  before: SsoConnectionsTable | undefined,
  row: SsoConnectionsTable,
  isSecretNew: boolean,
): NewActivity => ({
  event: 'sso.configured',
  target: target(row),
  ...(before === undefined ? {} : { before: facts(before) }),
  after: { ...facts(row), newClientSecret: isSecretNew },
  text: `connected single sign-on with ${row.issuer}`,
});

export const ssoRemoved = (row: SsoConnectionsTable): NewActivity => ({
  event: 'sso.removed',
  target: target(row),
  before: facts(row),
  text: `disconnected single sign-on with ${row.issuer}`,
});

export const ssoTested = (row: SsoConnectionsTable, { ok }: SsoTest): NewActivity => ({
  event: 'sso.tested',
  target: target(row),
  after: { ok },
  text: `tested single sign-on with ${row.issuer}: ${ok ? 'it works' : 'it does not work'}`,
});
