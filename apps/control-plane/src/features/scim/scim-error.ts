/** Error bodies of SCIM (RFC 7644, 3.12), for what is refused before or inside of the SCIM plugin. */

import { APIError } from 'better-auth/api';
import { PROBLEMS, toControlPlaneError } from '../../http/problems.ts';

export const SCIM_MEDIA_TYPE = 'application/scim+json';
const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

export interface ScimError {
  readonly schemas: readonly string[];
  readonly status: string;
  readonly detail: string;
  readonly scimType?: string;
}

export const toScimError = (status: number, detail: string, scimType?: string): ScimError => ({
  schemas: [ERROR_SCHEMA],
  status: String(status),
  detail,
  ...(scimType === undefined ? {} : { scimType }),
});

/** An error of ours, as the plugin hands it to the directory. */
export const scimConflict = (detail: string, scimType?: string): APIError =>
  new APIError('CONFLICT', { ...toScimError(409, detail, scimType) });

export function isScimError(body: unknown): body is ScimError {
  const { schemas } = (body ?? {}) as { schemas?: unknown };
  return Array.isArray(schemas) && schemas.includes(ERROR_SCHEMA);
}

/** Whatever was thrown, in the words of SCIM. */
export function describeError(error: Error): { readonly status: number; readonly body: ScimError } {
  const known = toControlPlaneError(error);
  const { status } = PROBLEMS[known.code];
  return { status, body: toScimError(status, `${known.message} (${known.code})`) };
}
