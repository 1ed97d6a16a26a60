/** The gateway's own answers: denials and failures. Leaves forwarded answers to pass-response.ts. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeReasonPhrase, type OciErrorCode } from '@pullgate/wire';
import type { DecisionEntry } from '../../point.ts';
import { discard } from './unwanted-body.ts';

/**
 * Answers a denial: the sentence stands in the body, which docker, podman and skopeo print, and in the reason phrase, which is all that
 * containerd prints. What reads gets `UNSUPPORTED`: with `DENIED` docker puts "repository does not exist or may require docker login" first.
 *
 * @param isProbe the request only looks whether a blob is there, as every push does first. The answer has no body, and most engines print
 * no phrase: told that it is absent, they begin to upload it, and read the sentence then.
 */
export function answerDenial(
  request: IncomingMessage,
  response: ServerResponse,
  { decision }: DecisionEntry,
  isProbe = false,
): void {
  const { reason, ruleId, revision, message } = decision;
  const isMalformed = reason === 'REQUEST_INVALID' || reason === 'REFERENCE_INVALID';
  const reads = request.method === 'GET' || request.method === 'HEAD';
  answer(request, response, {
    status: isMalformed ? 400 : isProbe ? 404 : 403,
    code: reads ? 'UNSUPPORTED' : 'DENIED',
    message,
    detail: { reason, ruleId, revision },
  });
}

export function answerFailure(
  request: IncomingMessage,
  response: ServerResponse,
  failure: { readonly status: number; readonly message: string },
): void {
  answer(request, response, { ...failure, code: 'UNAVAILABLE' });
}

interface Answer {
  readonly status: number;
  readonly code: OciErrorCode;
  readonly message: string;
  readonly detail?: Readonly<Record<string, string | number | undefined>>;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message, detail }: Answer,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const phrase = encodeReasonPhrase(message);
  // Who waits to be asked for a body cannot be told, once answered, from one who sends it anyway.
  if (request.headers.expect !== undefined && !request.complete) response.shouldKeepAlive = false;
  const body = `${JSON.stringify({ errors: [{ code, message: phrase, detail }] })}\n`;
  response.writeHead(status, phrase, {
    'content-type': 'application/json',
    'content-length': String(body.length),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  discard(request);
}
