/** Payloads of a policy and an assignment of the organization acme for the machine m1, for tests. */

import { type AssignmentPayload, contentHashOf, type PolicyPayload } from '@pullgate/bundle';
import { testDocument } from './test-document.ts';

export function toPolicyPayload(changes: Partial<PolicyPayload> = {}): PolicyPayload {
  const { document = testDocument, profiles = [] } = changes;
  return {
    kind: 'policy',
    organization: { id: 'org1', slug: 'acme', name: 'Acme' },
    epoch: 1,
    revision: 3,
    issuedAt: 1,
    contentHash: contentHashOf(document, profiles),
    document,
    profiles,
    publicUrl: 'https://pullgate.acme.example',
    ...changes,
  };
}

export function toAssignmentPayload(changes: Partial<AssignmentPayload> = {}): AssignmentPayload {
  return {
    kind: 'assignment',
    organizationId: 'org1',
    machineId: 'm1',
    epoch: 1,
    sequence: 1,
    issuedAt: 1,
    teams: [],
    labels: {},
    grants: [],
    sessions: [],
    ...changes,
  };
}
