/** ETags of drafts and revisions, and the `If-Match` that comes back. */

import type { FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../errors.ts';

export const draftTag = (version: number) => `"d${version}"`;
export const revisionTag = (revision: number) => `"r${revision}"`;

/** Version of `If-Match: "d<version>"`; undefined when the header is absent. @throws ControlPlaneError REQUEST_INVALID */
export function parseIfMatch(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  const version = /^"d(\d{1,15})"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new ControlPlaneError('REQUEST_INVALID', 'expected If-Match: "d<version>", the ETag of the draft');
}

/** @throws ControlPlaneError IF_MATCH_REQUIRED when the header is absent, so that nobody overwrites what they have not seen. */
export function requireIfMatch(request: FastifyRequest): number {
  const version = parseIfMatch(request);
  if (version !== undefined) return version;
  throw new ControlPlaneError('IF_MATCH_REQUIRED', 'this needs If-Match with the ETag of the draft', {
    hint: 'read the draft first, then send its ETag back',
  });
}
