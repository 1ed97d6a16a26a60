/**
 * Parses the payloads of verified JWS. Unknown members are let through, so that a newer server can add some; the policy
 * document itself is left to `@pullgate/policy`, which knows its rules.
 */

import type { Action, Grant, Mode, PolicyDocument, RegistryProfile } from '@pullgate/policy';
import { BundleError } from './bundle-error.ts';
import { toPublicJwk } from './keys.ts';
import type { AssignedSession, AssignmentPayload, KeyCertificatePayload, PolicyPayload } from './types.ts';

const ACTIONS: readonly string[] = ['pull', 'push', 'delete', 'catalog'] satisfies Action[];
const MODES: readonly string[] = ['off', 'observe', 'enforce'] satisfies Mode[];

type Fields = Readonly<Record<string, unknown>>;

/** @throws BundleError `SCHEMA_INVALID` with the path of the first member that is wrong. */
export function parseKeyCertificatePayload(value: unknown): KeyCertificatePayload {
  const fields = objectAt(value, 'keys');
  return {
    kind: kindAt(fields, 'keys'),
    organizationId: textAt(fields, 'organizationId'),
    epoch: integerAt(fields, 'epoch'),
    issuedAt: integerAt(fields, 'issuedAt'),
    signingKey: signingKeyAt(fields),
  };
}

/** @throws BundleError `SCHEMA_INVALID`. `document` is checked to be an object, no more. */
export function parsePolicyPayload(value: unknown): PolicyPayload {
  const fields = objectAt(value, 'policy');
  const organization = objectAt(fields.organization, 'organization');
  return {
    kind: kindAt(fields, 'policy'),
    organization: {
      id: textAt(organization, 'id'),
      slug: textAt(organization, 'slug'),
      name: textAt(organization, 'name'),
    },
    epoch: integerAt(fields, 'epoch'),
    revision: integerAt(fields, 'revision'),
    issuedAt: integerAt(fields, 'issuedAt'),
    contentHash: textAt(fields, 'contentHash'),
    document: objectAt(fields.document, 'document') as unknown as PolicyDocument,
    profiles: listAt(fields, 'profiles').map(parseProfile),
    ...(fields.catalogVersion === undefined ? {} : { catalogVersion: textAt(fields, 'catalogVersion') }),
    publicUrl: textAt(fields, 'publicUrl'),
  };
}

/** @throws BundleError `SCHEMA_INVALID`. */
export function parseAssignmentPayload(value: unknown): AssignmentPayload {
  const fields = objectAt(value, 'assignment');
  const { holder, stage } = fields;
  return {
    kind: kindAt(fields, 'assignment'),
    organizationId: textAt(fields, 'organizationId'),
    machineId: textAt(fields, 'machineId'),
    epoch: integerAt(fields, 'epoch'),
    sequence: integerAt(fields, 'sequence'),
    issuedAt: integerAt(fields, 'issuedAt'),
    ...(holder === undefined ? {} : { holder: { id: textAt(objectAt(holder, 'holder'), 'id') } }),
    teams: textsAt(fields, 'teams'),
    labels: parseLabels(fields.labels),
    grants: listAt(fields, 'grants').map(parseGrant),
    // Servers before 0.2 send none.
    sessions: fields.sessions === undefined ? [] : listAt(fields, 'sessions').map(parseSession),
    ...(stage === undefined ? {} : { stage: oneOf(stage, MODES, 'stage') as Mode }),
  };
}

function parseProfile(value: unknown): RegistryProfile {
  const fields = objectAt(value, 'profiles');
  return {
    registry: textAt(fields, 'registry'),
    name: textAt(fields, 'name'),
    apiHosts: textsAt(fields, 'apiHosts'),
    tokenHosts: textsAt(fields, 'tokenHosts'),
    blobHosts: textsAt(fields, 'blobHosts'),
    broadBlobHosts: textsAt(fields, 'broadBlobHosts'),
  };
}

function parseGrant(value: unknown): Grant {
  const fields = objectAt(value, 'grants');
  return {
    id: textAt(fields, 'id'),
    registry: textAt(fields, 'registry'),
    actions: listAt(fields, 'actions').map((action) => oneOf(action, ACTIONS, 'actions') as Action),
    ...(fields.repositories === undefined ? {} : { repositories: textsAt(fields, 'repositories') }),
    ...(fields.tags === undefined ? {} : { tags: textsAt(fields, 'tags') }),
    expiresAt: integerAt(fields, 'expiresAt'),
  };
}

function parseSession(value: unknown): AssignedSession {
  const fields = objectAt(value, 'sessions');
  const user = objectAt(fields.user, 'sessions.user');
  return {
    id: textAt(fields, 'id'),
    uid: integerAt(fields, 'uid'),
    user: { id: textAt(user, 'id'), email: textAt(user, 'email') },
    organizations: textsAt(fields, 'organizations'),
    teams: textsAt(fields, 'teams'),
    since: integerAt(fields, 'since'),
  };
}

function parseLabels(value: unknown): Readonly<Record<string, string>> {
  const fields = objectAt(value, 'labels');
  return Object.fromEntries(Object.keys(fields).map((name) => [name, textAt(fields, name)]));
}

function signingKeyAt(fields: Fields) {
  try {
    return { ...toPublicJwk(fields.signingKey) };
  } catch (error) {
    throw new BundleError('SCHEMA_INVALID', 'expected an Ed25519 public key at signingKey', { cause: error });
  }
}

function objectAt(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'an object');
  return value as Fields;
}

function kindAt<Kind extends string>(fields: Fields, kind: Kind): Kind {
  if (fields.kind !== kind) throw invalid('kind', kind);
  return kind;
}

function textAt(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw invalid(name, 'text');
  return value;
}

/** Numbers that order documents: beyond 2^53 two different ones could compare as equal. */
function integerAt(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalid(name, 'an integer');
  return value;
}

function listAt(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw invalid(name, 'a list');
  return value;
}

function textsAt(fields: Fields, name: string): readonly string[] {
  return listAt(fields, name).map((value) => {
    if (typeof value !== 'string') throw invalid(name, 'a list of texts');
    return value;
  });
}

function oneOf(value: unknown, allowed: readonly string[], name: string): string {
  if (typeof value !== 'string' || !allowed.includes(value)) throw invalid(name, allowed.join(' or '));
  return value;
}

function invalid(name: string, expected: string): BundleError {
  return new BundleError('SCHEMA_INVALID', `expected ${expected} at ${name}`);
}
