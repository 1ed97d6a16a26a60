/** Makes a snapshot of a small policy and an assignment, for tests. */

import type { AssignedSession, AssignmentPayload } from '@pullgate/bundle';
import type { PolicyDocument } from '@pullgate/policy';
import { compileSnapshot, type Snapshot } from '../src/bundle-store/snapshot.ts';
import { testDocument } from './test-document.ts';
import { toAssignmentPayload, toPolicyPayload } from './test-payloads.ts';

export function snapshotOf(
  changes: Partial<PolicyDocument>,
  assignment: Partial<AssignmentPayload> = {},
): Snapshot {
  const policy = toPolicyPayload({ document: { ...testDocument, ...changes } });
  return compileSnapshot(policy, toAssignmentPayload(assignment), 'm1');
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
