/** One organization with its keys and documents, for the tests of this package. */

import type { PolicyDocument } from '@pullgate/policy';
import {
  type AssignmentPayload,
  contentHashOf,
  generateKeyPair,
  type PolicyPayload,
  signAssignment,
  signKeyCertificate,
  signPolicy,
} from '../src/index.ts';

export const recovery = generateKeyPair();
export const signing = generateKeyPair();

export const document: PolicyDocument = {
  version: 1,
  organization: 'acme',
  mode: { default: 'enforce', teams: {} },
  contact: { message: 'Ask in #platform' },
  sessionOfflineLimit: 604800,
  registries: [{ id: 'hub', registry: 'docker.io', allow: ['pull'] }],
  deny: [],
  urls: { default: 'deny', allow: [], deny: [] },
  addresses: [],
  tests: [],
};

export const policyPayload = (changes: Partial<PolicyPayload> = {}): PolicyPayload => {
  const payload: PolicyPayload = {
    kind: 'policy',
    organization: { id: 'org1', slug: 'acme', name: 'Acme' },
    epoch: 1,
    revision: 5,
    issuedAt: 1_000,
    contentHash: '',
    document,
    profiles: [],
    publicUrl: 'https://pullgate.acme.example',
    ...changes,
  };
  return { ...payload, contentHash: contentHashOf(payload.document, payload.profiles) };
};

export const assignmentPayload = (changes: Partial<AssignmentPayload> = {}): AssignmentPayload => ({
  kind: 'assignment',
  organizationId: 'org1',
  machineId: 'm1',
  epoch: 1,
  sequence: 3,
  issuedAt: 1_000,
  holder: { id: 'u1' },
  teams: ['platform'],
  labels: { site: 'north' },
  sessions: [],
  grants: [{ id: 'g1', registry: 'quay.io', actions: ['pull'], expiresAt: 9_000 }],
  ...changes,
});

export const certify = (epoch = 1, organizationId = 'org1', key = recovery.privateKey) =>
  signKeyCertificate(
    { kind: 'keys', organizationId, epoch, issuedAt: 900, signingKey: { ...signing.publicKey } },
    key,
  );

export const signedPolicy = async (changes: Partial<PolicyPayload> = {}) => {
  const payload = policyPayload(changes);
  return signPolicy(payload, { keys: await certify(payload.epoch), signingKey: signing.privateKey });
};

export const signedAssignment = async (changes: Partial<AssignmentPayload> = {}) => {
  const payload = assignmentPayload(changes);
  return signAssignment(payload, { keys: await certify(payload.epoch), signingKey: signing.privateKey });
};
