/**
 * Tells requests that the registry could read otherwise than this point does, by their head alone. Who attacks: a client that wants what
 * is judged and what is done to differ. Leaves paths and queries to query.ts.
 */

import type { IncomingMessage } from 'node:http';

/** Engines send about ten; the length of all is bounded by the parser. */
export const MAX_HEADERS = 100;

/** What some servers and frameworks take in place of the method or the path of the request line. */
const OVERRIDES: readonly string[] = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
];

/** Whether the head says one thing only: no other method or path, no coding but `chunked`, no body where something is read. */
export function isPlainHead(request: IncomingMessage): boolean {
  const { headersDistinct } = request;
  const hasOverride = OVERRIDES.some((name) => headersDistinct[name] !== undefined);
  return !hasOverride && isPlainCoding(request) && !(isRead(request) && hasBody(request));
}

/** Whether a body follows. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

export function hasTooManyHeaders({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.length / 2 > MAX_HEADERS;
}

/** `chunked` alone: what is coded beyond it would go on without saying so. */
export function isPlainCoding({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding === undefined || coding.toLowerCase() === 'chunked';
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}
