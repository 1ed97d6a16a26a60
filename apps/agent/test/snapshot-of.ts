/** Makes a snapshot of a small policy and an assignment, for tests. */

import {
  type AssignedSession,
  type AssignmentPayload,
  contentHashOf,
  type PolicyPayload,
} from '@pullgate/bundle';
import type { PolicyDocument } from '@pullgate/policy';
import { compileSnapshot, type Snapshot } from '../src/bundle-store/snapshot.ts';
import { testDocument } from './test-document.ts';

export function snapshotOf(
  changes: Partial<PolicyDocument>,
  assignment: Partial<AssignmentPayload> = {},
): Snapshot {
  const document = { ...testDocument, ...changes };
  const policy: PolicyPayload = {
    kind: 'policy',
    organization: { id: 'org1', slug: 'acme', name: 'Acme' },
    epoch: 1,
    revision: 3,
    issuedAt: 1,
    contentHash: contentHashOf(document, []),
    document,
    profiles: [],
    publicUrl: 'https://pullgate.acme.example',
  };
  const whole: AssignmentPayload = {
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
    ...assignment,
  };
  return compileSnapshot(policy, whole, 'm1');
}

export function sessionOfUid(uid: number, changes: Partial<AssignedSession> = {}): AssignedSession {
  return {
    id: `s-${uid}`,
    uid,
    user: { id: 'u1', email: 'dev@acme.example' },
    organizations: ['acme'],
    teams: [],
    since: 1,
    ...changes,
  };
}
