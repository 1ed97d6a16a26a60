/** Turns errors into `application/problem+json` (RFC 9457). Its table is the one place where a code meets a status. */

import type { Problem } from '@pullgate/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ControlPlaneError, type ControlPlaneErrorCode } from '../errors.ts';

interface Row {
  readonly status: number;
  readonly title: string;
}

/** Every code with its HTTP status; those marked 500 stop a start or a command and never answer a request on purpose. */
export const PROBLEMS: Readonly<Record<ControlPlaneErrorCode, Row>> = {
  ACCOUNT_EXISTS: { status: 409, title: 'Account exists' },
  BACKUP_INVALID: { status: 500, title: 'Backup is not usable' },
  BODY_TOO_LARGE: { status: 413, title: 'Body too large' },
  CATALOG_INVALID: { status: 422, title: 'Catalog is not valid' },
  CATALOG_OLD: { status: 409, title: 'Catalog is not newer' },
  CATALOG_UNTRUSTED: { status: 422, title: 'Catalog is not signed by a trusted key' },
  CLOCK_SKEW: { status: 401, title: 'Clocks differ' },
  CONFIG_INVALID: { status: 500, title: 'Configuration is not valid' },
  DATA_DIR_IN_USE: { status: 500, title: 'Data directory is in use' },
  DATA_DIR_NEWER: { status: 500, title: 'Data directory is of a newer version' },
  DISK_FULL: { status: 507, title: 'Disk of the control plane is full' },
  DOMAIN_INVALID: { status: 422, title: 'Domain cannot be claimed' },
  DOMAIN_TAKEN: { status: 409, title: 'Domain belongs to another organization' },
  DOMAIN_UNPROVED: { status: 409, title: 'Domain is not proved' },
  DRAFT_CONFLICT: { status: 409, title: 'Draft was changed meanwhile' },
  DRAFT_OUTDATED: { status: 409, title: 'Draft is behind the published policy' },
  ENROLLMENT_TOKEN_INVALID: { status: 401, title: 'Enrolment token is not valid' },
  FORBIDDEN: { status: 403, title: 'Not allowed' },
  HOST_REFUSED: { status: 421, title: 'Host is not served here' },
  IF_MATCH_REQUIRED: { status: 428, title: 'If-Match is required' },
  INTERNAL: { status: 500, title: 'Internal error' },
  KEYS_MISSING: { status: 503, title: 'Keys of the organization are missing' },
  LAST_OWNER: { status: 409, title: 'Last owner' },
  LISTEN_FAILED: { status: 500, title: 'Cannot listen' },
  MACHINE_REVOKED: { status: 401, title: 'Machine was revoked' },
  MACHINE_TOKEN_INVALID: { status: 401, title: 'Machine token is not valid' },
  MACHINE_TOKEN_REPLAYED: { status: 401, title: 'Machine token was used before' },
  MACHINE_UNKNOWN: { status: 401, title: 'Machine is not known' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'Media type is not supported' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  NOT_SET_UP: { status: 500, title: 'Not set up' },
  NOTHING_TO_PUBLISH: { status: 409, title: 'Nothing to publish' },
  ORGANIZATION_EXISTS: { status: 409, title: 'Organization exists' },
  ORIGIN_REFUSED: { status: 403, title: 'Origin is not trusted' },
  POLICY_INVALID: { status: 422, title: 'Policy is not valid' },
  POLICY_TESTS_FAILED: { status: 422, title: 'Tests of the policy fail' },
  PROTOCOL_UNSUPPORTED: { status: 426, title: 'Protocol version is not spoken here' },
  PUBLISH_NEEDS_FORCE: { status: 422, title: 'Publishing this needs force' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  PASSWORD_RESET_INVALID: { status: 410, title: 'The link is no longer good' },
  REFERENCE_INVALID: { status: 422, title: 'Reference is not valid' },
  REGISTRY_EXISTS: { status: 409, title: 'Registry id is taken' },
  REQUEST_INVALID: { status: 400, title: 'Request is not valid' },
  REVISION_CONFLICT: { status: 409, title: 'Another revision was published meanwhile' },
  ROUTE_WITHOUT_ACCESS: { status: 500, title: 'Route declares no access' },
  SCOPE_MISSING: { status: 403, title: 'Scope is missing' },
  SET_UP_ALREADY: { status: 500, title: 'Set up already' },
  INVITATION_EXISTS: { status: 409, title: 'The address has an open invitation' },
  INVITATION_INVALID: { status: 410, title: 'The invitation is no longer good' },
  MEMBER_EXISTS: { status: 409, title: 'The person is a member already' },
  SIGN_IN_REQUIRED: { status: 401, title: 'Sign-in is required' },
  SSO_CONNECTION_INVALID: { status: 422, title: 'Single sign-on connection is not valid' },
  SSO_PROVIDER_UNREACHABLE: { status: 502, title: 'Identity provider does not answer' },
  SSO_REQUIRED: { status: 403, title: 'Single sign-on is required' },
  TEAM_EXISTS: { status: 409, title: 'Team exists' },
  TEAM_IN_USE: { status: 409, title: 'Team is in use' },
  TOKEN_EXPIRED: { status: 401, title: 'Token has expired' },
  TOKEN_INVALID: { status: 401, title: 'Token is not valid' },
  TWO_FACTOR_REQUIRED: { status: 403, title: 'Second factor is required' },
  UNAVAILABLE: { status: 503, title: 'Not ready' },
  WELCOME_CODE_INVALID: { status: 403, title: 'Welcome code is not valid' },
};

/** Body of the answer to an error of ours. */
export function toProblem(error: ControlPlaneError): Problem & Record<string, unknown> {
  const row = PROBLEMS[error.code];
  return {
    ...error.members,
    type: `urn:pullgate:error:${error.code}`,
    title: row.title,
    status: row.status,
    code: error.code,
    detail: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.problems.length === 0 ? {} : { problems: [...error.problems] }),
  };
}

const FRAMEWORK_CODES: Readonly<Record<string, ControlPlaneErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
};

/** Names an error of the framework in our words; what is not known becomes INTERNAL, whose detail says nothing. */
export function toControlPlaneError(error: FastifyError | Error): ControlPlaneError {
  if (error instanceof ControlPlaneError) return error;
  const { code, validation, validationContext, statusCode } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    return new ControlPlaneError(
      'REQUEST_INVALID',
      `${validationContext ?? 'request'} does not fit the schema`,
      {
        problems: validation.map((trouble) => ({
          code: trouble.keyword,
          path: trouble.instancePath,
          message: trouble.message ?? 'is not valid',
        })),
      },
    );
  }
  const known = FRAMEWORK_CODES[code ?? ''];
  if (known !== undefined) return new ControlPlaneError(known, PROBLEMS[known].title.toLowerCase());
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ControlPlaneError('REQUEST_INVALID', 'request cannot be read');
  }
  if (isDiskFull(error)) {
    return new ControlPlaneError('DISK_FULL', 'the disk of the control plane is full: nothing was changed', {
      cause: error,
      hint: 'make room on the disk of the data directory, then try again',
    });
  }
  return new ControlPlaneError('INTERNAL', 'something went wrong inside the control plane', {
    cause: error,
    hint: 'the log of the control plane has the reason under this request id',
  });
}

/** SQLITE_FULL, whatever its extended part says. */
function isDiskFull(error: Error): boolean {
  return 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 13;
}

/** The error handler of the server: logs what is ours to mend, answers everything in one shape. */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = toControlPlaneError(error);
  const body = toProblem(known);
  if (body.status >= 500) request.log.error({ err: error, code: known.code }, 'request failed');
  else request.log.debug({ code: known.code }, 'request refused');
  if (body.status === 401) reply.header('www-authenticate', 'Bearer realm="pullgate"');
  reply
    .code(body.status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send({ ...body, requestId: request.id });
}
