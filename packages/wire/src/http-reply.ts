/** Encodes the answers that an enforcement point gives of its own: denials and failures. Leaves forwarded answers to the points. */

import type { Decision } from '@pullgate/policy';

/** Longer phrases were cut or refused by clients; the sentence of a decision never needs more. */
const MAX_PHRASE_BYTES = 300;

const STANDARD_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Codes of OCI distribution error bodies that are used here; `UNAVAILABLE` is the one of distribution's own registry. */
export type OciErrorCode = 'DENIED' | 'UNSUPPORTED' | 'UNAVAILABLE';

export interface OciError {
  readonly status: number;
  readonly code: OciErrorCode;
  /** Becomes the reason phrase as well as the message in the body. */
  readonly message: string;
  readonly detail?: Readonly<Record<string, string | number | undefined>>;
}

export interface EncodeOptions {
  /** The request was HEAD: the head tells the length, the body stays away (RFC 9110, 9.3.2). */
  readonly headOnly?: boolean;
}

/**
 * Encodes text for the reason phrase of a status line (RFC 9112, 4): printable ASCII, at most 300 bytes. What else
 * comes becomes `?`, so that no hostile name can end the line and add headers of its own.
 */
export function encodeReasonPhrase(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, MAX_PHRASE_BYTES);
}

/**
 * Encodes a denial: 403, or 400 when the request itself was malformed. The sentence stands in the reason phrase, which
 * engines print for a refused CONNECT, and in an OCI error body, which they print elsewhere.
 */
export function encodeDenial(decision: Decision, options: EncodeOptions = {}): Uint8Array {
  const { reason, ruleId, revision, message } = decision;
  const malformed = reason === 'REQUEST_INVALID' || reason === 'REFERENCE_INVALID';
  const error: OciError = {
    status: malformed ? 400 : 403,
    code: 'DENIED',
    message,
    detail: { reason, ruleId, revision },
  };
  return encodeOciError(error, options);
}

/** Encodes an answer of the point's own with an OCI error body; the connection closes behind it. */
export function encodeOciError(error: OciError, options: EncodeOptions = {}): Uint8Array {
  const { status, code, detail } = error;
  const phrase = encodeReasonPhrase(error.message) || (STANDARD_PHRASES[status] ?? 'Error');
  const body = `${JSON.stringify({ errors: [{ code, message: phrase, detail }] })}\n`;
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  return new TextEncoder().encode(`${head.join('\r\n')}\r\n\r\n${options.headOnly === true ? '' : body}`);
}
