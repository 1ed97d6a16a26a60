/** Sends one request to a registry over the pool, its body streamed from the client or held. Leaves redirects to follow-redirects.ts. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as openRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Authority, formatAuthority, type HeaderField } from '@pullgate/wire';
import type { UpstreamTrust } from './certificates.ts';
import type { HeldBodies } from './held-bodies.ts';
import { CallFailed, type RegistryPool } from './registry-pool.ts';
import { hasTooManyHeaders, isPlainCoding } from './request-shape.ts';
import { streamBody } from './stream-body.ts';
import { describeRefusedClient } from './tls-failure.ts';
import { discard } from './unwanted-body.ts';

/** Answers before the answer (1xx); one or two are usual. */
const MAX_INTERIM = 16;

export interface Call {
  readonly method: string;
  readonly target: Authority;
  /** With the query. */
  readonly path: string;
  /** End to end, without Host. */
  readonly fields: readonly HeaderField[];
  /** A held one has its length among the fields. */
  readonly body: IncomingMessage | Buffer | undefined;
  readonly trust: UpstreamTrust;
  /** See AcceptedTls. */
  readonly lane: number;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of the connection that it goes over. */
  readonly onConnection: (connection: Duplex, target: Authority) => void;
  /** The registry asks for the body (`100 Continue`). */
  readonly onContinue: () => void;
  /** Holds the body of the answer back where it is long and may go to the client without coming here; nobody unless given. */
  readonly bodies?: HeldBodies | undefined;
  /** Who may hold the body of the request back. */
  readonly uploads?: HeldBodies | undefined;
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
      agent: pool.agentFor(call),
      headers: toHeaders(call),
      setHost: false,
    });
    const abort = (): void => void outgoing.destroy();
    const fail = (failure: CallFailed): void => {
      reject(failure);
      outgoing.destroy();
    };
    call.signal.addEventListener('abort', abort, { once: true });
    watchHead(call, outgoing, fail);
    call.bodies?.watch(outgoing);
    outgoing.once('socket', (socket) => {
      // The policy may have changed while it was dialled, or waited for.
      if (pool.mayUse(socket)) call.onConnection(socket, call.target);
      else fail(new CallFailed('refused', 403, 'the address is refused'));
    });
    outgoing.once('continue', call.onContinue);
    outgoing.once('response', (response) => {
      call.bodies?.sortAnswer(response);
      response.once('close', () => call.signal.removeEventListener('abort', abort));
      const crooked = findCrookedness(call, response);
      if (crooked === undefined) resolve(response);
      else fail(crooked);
    });
    outgoing.on('error', (error) => reject(toFailure(call, outgoing, error)));
    outgoing.once('close', () => reject(unanswered(call)));
    if (call.signal.aborted) abort();
    else if (call.body === undefined || Buffer.isBuffer(call.body)) outgoing.end(call.body);
    else if (call.uploads?.has(call.body) === true) moveBody(call.uploads, call.body, outgoing);
    else sendBody(call.body, outgoing);
  });
}

/**
 * Bounds the wait for an answer's head: a registry that sends a byte of it, or one more `100 Continue`, now and then would hold the
 * connection without end.
 */
function watchHead(call: Call, outgoing: ClientRequest, fail: (failure: CallFailed) => void): void {
  const place = formatAuthority(call.target, 443);
  const late = (): void => fail(new CallFailed('timeout', 504, `${place} did not answer in time`));
  let timer: NodeJS.Timeout | undefined;
  let interims = 0;
  outgoing.setTimeout(call.idleTimeoutMs, late);
  outgoing.once('finish', () => {
    timer = setTimeout(late, call.idleTimeoutMs);
  });
  outgoing.on('information', () => {
    interims += 1;
    if (interims > MAX_INTERIM) fail(unanswered(call));
  });
  for (const end of ['response', 'close']) outgoing.once(end, () => clearTimeout(timer));
}

/** What cannot be passed on as it is meant. */
function findCrookedness({ target }: Call, response: IncomingMessage): CallFailed | undefined {
  const place = formatAuthority(target, 443);
  if (hasTooManyHeaders(response)) return tooManyHeaders(place);
  const isFinal = (response.statusCode ?? 0) >= 200;
  if (isFinal && isPlainCoding(response)) return undefined;
  return new CallFailed('response', 502, `${place} answered with what is no plain HTTP`);
}

function tooManyHeaders(place: string, cause?: unknown): CallFailed {
  return new CallFailed('response', 502, `${place} answered with too many headers`, cause);
}

function sendBody(body: IncomingMessage, outgoing: ClientRequest): void {
  tieTogether(body, outgoing);
  if (body.headers['content-length'] === undefined) {
    body.pipe(outgoing);
    return;
  }
  outgoing.flushHeaders();
  outgoing.once('socket', (socket) => stream(body, outgoing, socket));
}

/** A client that breaks off ends the request, so that no half upload is taken for a whole one. */
function tieTogether(body: IncomingMessage, outgoing: ClientRequest): void {
  body.once('aborted', () => outgoing.destroy());
  outgoing.once('close', () => {
    body.unpipe(outgoing);
    if (!body.complete && !body.destroyed) discard(body);
  });
}

function stream(body: IncomingMessage, outgoing: ClientRequest, socket: Socket): void {
  // The head is written in the turn that follows.
  setImmediate(() => streamBody(body, socket));
  body.once('end', () => outgoing.end());
}

function moveBody(uploads: HeldBodies, body: IncomingMessage, outgoing: ClientRequest): void {
  outgoing.flushHeaders();
  outgoing.once('socket', (socket) => {
    // The head is written in the turn that follows.
    if (uploads.reaches(socket)) setImmediate(() => void uploads.moveRequest(body, outgoing));
    else {
      uploads.release(body);
      tieTogether(body, outgoing);
      stream(body, outgoing, socket);
    }
  });
}

function toHeaders({ target, fields, body }: Call): string[] {
  const hasFraming = fields.some(({ name }) => name.toLowerCase() === 'content-length');
  const isStreamed = body !== undefined && !Buffer.isBuffer(body);
  const isChunked = isStreamed && body.headers['transfer-encoding'] !== undefined && !hasFraming;
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
  const place = formatAuthority(call.target, 443);
  const refusal = outgoing.reusedSocket
    ? undefined
    : describeRefusedClient(place, error.code ?? '', call.trust.cert !== undefined);
  if (refusal !== undefined) return new CallFailed('tls', 502, refusal, error);
  if (error.code === 'HPE_HEADER_OVERFLOW') return tooManyHeaders(place, error);
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
