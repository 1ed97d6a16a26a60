/** Holds the codes and the error class of the control plane. Leaves their HTTP statuses to `http/problems.ts`. */

import { CodedError, type CodedErrorOptions } from '@pullgate/errors';

export const CONTROL_PLANE_ERROR_CODES = [
  'ACCOUNT_EXISTS',
  'BACKUP_INVALID',
  'BODY_TOO_LARGE',
  'CATALOG_INVALID',
  'CATALOG_OLD',
  'CATALOG_UNTRUSTED',
  'CLOCK_SKEW',
  'CONFIG_INVALID',
  'DATA_DIR_IN_USE',
  'DATA_DIR_NEWER',
  'DISK_FULL',
  'DOMAIN_INVALID',
  'DOMAIN_TAKEN',
  'DOMAIN_UNPROVED',
  'DRAFT_CONFLICT',
  'DRAFT_OUTDATED',
  'ENROLLMENT_TOKEN_INVALID',
  'FORBIDDEN',
  'HOST_REFUSED',
  'IF_MATCH_REQUIRED',
  'INTERNAL',
  'KEYS_MISSING',
  'LAST_OWNER',
  'LISTEN_FAILED',
  'MACHINE_REVOKED',
  'MACHINE_TOKEN_INVALID',
  'MACHINE_TOKEN_REPLAYED',
  'MACHINE_UNKNOWN',
  'MEDIA_TYPE_UNSUPPORTED',
  'NOT_FOUND',
  'NOT_SET_UP',
  'NOTHING_TO_PUBLISH',
  'ORGANIZATION_EXISTS',
  'ORIGIN_REFUSED',
  'POLICY_INVALID',
  'POLICY_TESTS_FAILED',
  'PROTOCOL_UNSUPPORTED',
  'PASSWORD_RESET_INVALID',
  'PUBLISH_NEEDS_FORCE',
  'RATE_LIMITED',
  'REFERENCE_INVALID',
  'REGISTRY_EXISTS',
  'REQUEST_INVALID',
  'REVISION_CONFLICT',
  'ROUTE_WITHOUT_ACCESS',
  'SCOPE_MISSING',
  'SET_UP_ALREADY',
  'INVITATION_EXISTS',
  'INVITATION_INVALID',
  'MEMBER_EXISTS',
  'SIGN_IN_REQUIRED',
  'SSO_CONNECTION_INVALID',
  'SSO_PROVIDER_UNREACHABLE',
  'SSO_REQUIRED',
  'TEAM_EXISTS',
  'TEAM_IN_USE',
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'TWO_FACTOR_REQUIRED',
  'UNAVAILABLE',
  'WELCOME_CODE_INVALID',
] as const;
export type ControlPlaneErrorCode = (typeof CONTROL_PLANE_ERROR_CODES)[number];

/** One problem of a document or a request, with its place. */
export interface Trouble {
  readonly code: string;
  /** JSON pointer. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export interface ControlPlaneErrorOptions extends CodedErrorOptions {
  readonly problems?: readonly Trouble[];
  /** Further members of the problem body (RFC 9457, 3.2), for example both sides of a conflict. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Every error that the control plane throws on purpose. */
export class ControlPlaneError extends CodedError<ControlPlaneErrorCode> {
  override readonly name = 'ControlPlaneError';
  readonly problems: readonly Trouble[];
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: ControlPlaneErrorCode, message: string, options: ControlPlaneErrorOptions = {}) {
    super(code, message, options);
    this.problems = options.problems ?? [];
    this.members = options.members ?? {};
  }
}
