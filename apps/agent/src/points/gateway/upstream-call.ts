/** Sends one request to a registry over the pool, its body streamed from the client. Leaves redirects to follow-redirects.ts. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as openRequest } from 'node:https';
import { type Authority, formatAuthority, type HeaderField } from '@pullgate/wire';
import type { UpstreamTrust } from './certificates.ts';
import { CallFailed, type RegistryPool } from './registry-pool.ts';
import { streamBody } from './stream-body.ts';

export interface Call {
  readonly method: string;
  readonly target: Authority;
  /** With the query. */
  readonly path: string;
  /** End to end, without Host. */
  readonly fields: readonly HeaderField[];
  readonly body: IncomingMessage | undefined;
  readonly trust: UpstreamTrust;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
  /** The registry asks for the body (`100 Continue`). */
  readonly onContinue: () => void;
}

/**
 * Gives the head of the answer; its body is the caller's to read.
 *
 * @throws CallFailed
 */
export async function sendCall(pool: RegistryPool, call: Call): Promise<IncomingMessage> {
  try {
    return await sendOnce(pool, call);
  } catch (error) {
    // A kept connection may have been closed by the registry just now; what has no effect is asked again, once.
    if (error instanceof StaleConnection) return await sendOnce(pool, call);
    throw error;
  }
}

class StaleConnection extends CallFailed {}

function sendOnce(pool: RegistryPool, call: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = openRequest({
      method: call.method,
      path: call.path,
      agent: pool.agentFor(call.target, call.trust),
      headers: toHeaders(call),
      setHost: false,
    });
    const abort = (): void => void outgoing.destroy();
    call.signal.addEventListener('abort', abort, { once: true });
    outgoing.setTimeout(call.idleTimeoutMs, abort);
    outgoing.on('continue', call.onContinue);
    outgoing.once('response', (response) => {
      response.once('close', () => call.signal.removeEventListener('abort', abort));
      resolve(response);
    });
    outgoing.on('error', (error) => reject(toFailure(call, outgoing, error)));
    outgoing.once('close', () => reject(unanswered(call)));
    if (call.signal.aborted) abort();
    else if (call.body === undefined) outgoing.end();
    else sendBody(call.body, outgoing);
  });
}

/** A client that breaks off ends the request, so that no half upload is taken for a whole one. */
function sendBody(body: IncomingMessage, outgoing: ClientRequest): void {
  body.once('aborted', () => outgoing.destroy());
  if (body.headers['content-length'] === undefined) {
    body.pipe(outgoing);
    outgoing.once('close', () => body.unpipe(outgoing));
    return;
  }
  outgoing.flushHeaders();
  outgoing.once('socket', (socket) => {
    // The head is written in the turn that follows.
    setImmediate(() => streamBody(body, socket));
    body.once('end', () => outgoing.end());
  });
}

function toHeaders({ target, fields, body }: Call): string[] {
  const hasFraming = fields.some(({ name }) => name.toLowerCase() === 'content-length');
  const isChunked = body !== undefined && body.headers['transfer-encoding'] !== undefined && !hasFraming;
  return [
    { name: 'Host', value: formatAuthority(target, 443) },
    ...fields,
    ...(isChunked ? [{ name: 'Transfer-Encoding', value: 'chunked' }] : []),
  ].flatMap(({ name, value }) => [name, value]);
}

function toFailure(call: Call, outgoing: ClientRequest, error: NodeJS.ErrnoException): Error {
  if (error instanceof CallFailed) return error;
  const isRepeatable = call.body === undefined && (call.method === 'GET' || call.method === 'HEAD');
  const isStale = outgoing.reusedSocket && isRepeatable && !call.signal.aborted;
  if (isStale) return new StaleConnection('stale', 502, 'a kept connection was closed', error);
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new CallFailed(
      'response',
      502,
      `${formatAuthority(call.target, 443)} answered with too many headers`,
      error,
    );
  return unanswered(call, error);
}

function unanswered({ target }: Call, cause?: unknown): CallFailed {
  const place = formatAuthority(target, 443);
  return new CallFailed(
    'response',
    502,
    `${place} closed the connection without an answer that can be read`,
    cause,
  );
}
