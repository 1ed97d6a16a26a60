/** What Activity keeps of the SCIM connection: its mappings and the ids of its credentials, never a credential. */

import type { GroupMapping } from '@pullgate/protocol';
import type { NewActivity } from '../activity/service.ts';

const target = (connectionId: string) => ({ kind: 'scim', id: connectionId });

export const scimConfigured = (
  connectionId: string,
  before: readonly GroupMapping[] | undefined,
  after: readonly GroupMapping[],
): NewActivity => ({
  event: 'scim.configured',
  target: target(connectionId),
  ...(before === undefined ? {} : { before: { mappings: before } }),
  after: { mappings: after },
  text:
    before === undefined
      ? 'opened the organization to a directory (SCIM)'
      : 'changed what groups of the directory give',
});

export const scimRemoved = (connectionId: string, before: readonly GroupMapping[]): NewActivity => ({
  event: 'scim.removed',
  target: target(connectionId),
  before: { mappings: before },
  text: 'closed the organization to the directory (SCIM)',
});

export const credentialCreated = (connectionId: string, id: string, expiresAt: number): NewActivity => ({
  event: 'scim.credential-created',
  target: target(connectionId),
  after: { credential: id, expiresAt },
  text: 'created a credential for the directory',
});

export const credentialRevoked = (connectionId: string, id: string): NewActivity => ({
  event: 'scim.credential-revoked',
  target: target(connectionId),
  before: { credential: id },
  text: 'revoked a credential of the directory',
});
