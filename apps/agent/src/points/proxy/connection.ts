/** Serves one client connection: reads request heads and hands each to its kind. Leaves accepting and counting connections to point.ts. */

import type { Socket } from 'node:net';
import { createProxyRequestDecoder, type ProxyRequest, type ProxyRequestResult } from '@pullgate/wire';
import { type ClientReader, createClientReader } from './client-reader.ts';
import { isForOwnServer, passing } from './own-server.ts';
import { serveForward } from './plain-http.ts';
import { answerAndClose, encodeFailure, encodeMalformed, TOO_SLOW } from './reply.ts';
import type { Services } from './services.ts';
import { serveConnect } from './tunnel.ts';

type Head =
  | ProxyRequestResult
  | { readonly kind: 'closed' }
  | { readonly kind: 'slow'; readonly started: boolean };

/** Serves until the connection ends or became a tunnel that ended. Every request is judged, also on a kept connection. */
export async function serveConnection(client: Socket, shared: Services): Promise<void> {
  // Asked before anything is awaited: a client that went away has no user any more.
  const services = toServicesOf(client, shared);
  const reader = createClientReader(client);
  for (;;) {
    const head = await readHead(reader, services);
    if (head.kind !== 'request') return endWith(client, head, services);
    const { request } = head;
    const its = toServicesFor(request, services);
    if (request.kind === 'connect') return await serveConnect(client, request, reader.takeRest(), its);
    const kept = await serveForward(client, reader, request, its);
    if (!kept || services.stopping.aborted) return closeUnlessClosing(client);
  }
}

/** Everything on one connection is judged for, and recorded of, the user whose process opened it. */
function toServicesOf(client: Socket, services: Services): Services {
  const uid = services.peerUid(client);
  const { note } = services;
  return {
    ...services,
    uid,
    decider: services.decider.asking(uid),
    note: {
      ...note,
      judged: (judgement) => note.judged(judgement, uid),
      ended: (refusal) => note.ended(refusal, uid),
      malformed: (problem) => note.malformed(problem, uid),
    },
  };
}

function toServicesFor(request: ProxyRequest, services: Services): Services {
  const isOwn = isForOwnServer(request, services.config.controlPlane);
  return isOwn ? { ...services, decider: passing(services.decider) } : services;
}

function endWith(client: Socket, head: Head, { note }: Services): void {
  if (head.kind === 'invalid') {
    note.malformed(head.problem);
    answerAndClose(client, encodeMalformed(head.status, head.problem));
    return;
  }
  if (head.kind === 'slow') note.limited('head_timeout');
  // A client that only kept the connection open expects no answer.
  if (head.kind === 'slow' && head.started) answerAndClose(client, encodeFailure(TOO_SLOW));
  else client.destroy();
}

function closeUnlessClosing(client: Socket): void {
  if (!client.writableEnded) client.destroySoon();
}

/** The whole head must come within one time limit, so that a byte now and then keeps no connection open. */
async function readHead(reader: ClientReader, services: Services): Promise<Head> {
  const decoder = createProxyRequestDecoder();
  const deadline = AbortSignal.timeout(services.config.headTimeoutMs);
  const signal = AbortSignal.any([deadline, services.stopping]);
  for (;;) {
    const chunk = await reader.read(signal);
    if (chunk === undefined)
      return deadline.aborted ? { kind: 'slow', started: decoder.started } : { kind: 'closed' };
    const result = decoder.decode(chunk);
    if (result.kind === 'request') reader.putBack(result.rest);
    if (result.kind !== 'more') return result;
  }
}
