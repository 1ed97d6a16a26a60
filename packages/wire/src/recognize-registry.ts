/**
 * Recognizes a registry by what it answers to `GET /v2/` (OCI distribution spec, "Determining Support"; distribution's
 * API version check). Leaves asking, and following redirects, to the callers.
 */

import { type BearerChallenge, decodeChallenge } from './auth-challenge.ts';
import { fieldValues, type HeaderField } from './http-fields.ts';

/** What a host answered to `GET /v2/`. */
export interface PingAnswer {
  readonly status: number;
  readonly fields: readonly HeaderField[];
  /** As much of the body as the caller read; one that was cut, or is longer than 64 KiB, proves nothing. */
  readonly body?: Uint8Array;
}

/**
 * Why it counts as a registry, the surest first:
 *
 * - `version-header`: `Docker-Distribution-Api-Version: registry/2.0`, with any status
 * - `challenge`: 401 that sends for a token of distribution's token specification
 * - `error-body`: 4xx or 5xx with an OCI error body
 * - `empty-answer`: 200 with the JSON object `{}`; a web server could answer so by chance
 */
export type RegistryEvidence = 'version-header' | 'challenge' | 'error-body' | 'empty-answer';

export type RegistryRecognition =
  | {
      readonly isRegistry: true;
      readonly evidence: RegistryEvidence;
      /** Where its tokens come from, when it said so. */
      readonly bearer?: BearerChallenge;
    }
  /** `location` is where the same question should be asked instead; many a web server redirects every path. */
  | { readonly isRegistry: false; readonly location?: string };

/** Error bodies are some hundred bytes; registries that list scopes write some kilobytes. */
const MAX_BODY_BYTES = 64 * 1024;

/** OCI distribution spec, "Error Codes", and those of distribution's own registry that can come for `/v2/`. */
const ERROR_CODES: ReadonlySet<unknown> = new Set([
  ...[
    'BLOB_UNKNOWN',
    'BLOB_UPLOAD_INVALID',
    'BLOB_UPLOAD_UNKNOWN',
    'DIGEST_INVALID',
    'MANIFEST_BLOB_UNKNOWN',
  ],
  ...['MANIFEST_INVALID', 'MANIFEST_UNKNOWN', 'NAME_INVALID', 'NAME_UNKNOWN', 'SIZE_INVALID', 'UNAUTHORIZED'],
  ...['DENIED', 'UNSUPPORTED', 'TOOMANYREQUESTS', 'UNAVAILABLE', 'UNKNOWN'],
]);

/** Whether the host speaks the distribution API. Total: whatever the answer holds, it throws nothing. */
export function recognizeRegistry(answer: PingAnswer): RegistryRecognition {
  const challenge = decodeChallenge(fieldValues(answer.fields, 'www-authenticate'));
  const bearer = answer.status === 401 && challenge.kind === 'bearer' ? challenge : undefined;
  const evidence = findEvidence(answer, bearer);
  if (evidence !== undefined) return { isRegistry: true, evidence, ...(bearer && { bearer }) };
  const location = redirectOf(answer);
  return { isRegistry: false, ...(location !== undefined && { location }) };
}

function findEvidence(answer: PingAnswer, bearer: BearerChallenge | undefined): RegistryEvidence | undefined {
  if (hasVersionHeader(answer.fields)) return 'version-header';
  if (bearer !== undefined && isTokenChallenge(bearer)) return 'challenge';
  if (answer.status >= 400 && isErrorBody(parseBody(answer))) return 'error-body';
  if (answer.status === 200 && isEmptyObject(parseBody(answer))) return 'empty-answer';
  return undefined;
}

/** A registry may list several versions, separated by spaces or commas. */
function hasVersionHeader(fields: readonly HeaderField[]): boolean {
  const versions = fieldValues(fields, 'docker-distribution-api-version');
  return versions.some((value) => value.toLowerCase().split(/[ ,]+/).includes('registry/2.0'));
}

/** Other APIs use Bearer as well (RFC 6750); `service`, and scopes of these types, are the token specification's own. */
function isTokenChallenge({ service, scope }: BearerChallenge): boolean {
  return service !== undefined || /^(?:repository|registry)(?:\([^)]*\))?:/.test(scope ?? '');
}

function parseBody({ body }: PingAnswer): unknown {
  if (body === undefined || body.length > MAX_BODY_BYTES) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isErrorBody(body: unknown): boolean {
  if (!isObject(body) || !Array.isArray(body.errors)) return false;
  return body.errors.some((error: unknown) => isObject(error) && ERROR_CODES.has(error.code));
}

function isEmptyObject(body: unknown): boolean {
  return isObject(body) && Object.keys(body).length === 0;
}

/** `registry.k8s.io` answers the question itself by a redirect, and so do vanity names. */
function redirectOf({ status, fields }: PingAnswer): string | undefined {
  const locations = fieldValues(fields, 'location');
  return [301, 302, 303, 307, 308].includes(status) && locations.length === 1 ? locations[0] : undefined;
}
