/** Serves plain HTTP requests: judge, dial, send on, pass the response back. Leaves the response's bytes to response.ts. */

import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type ForwardRequest, formatAuthority, type HeaderField } from '@pullgate/wire';
import type { Checked } from '../../egress/dial.ts';
import { asksToClose, toEndToEnd } from '../../egress/hop-by-hop.ts';
import { formatUpstream, selectUpstream, type UpstreamProxy } from '../../egress/upstream.ts';
import type { ClientReader } from './client-reader.ts';
import { type Judgement, judgeForward, judgeRefusedAddress } from './query.ts';
import { answerAndClose, CONTINUE, encodeFailure, encodeRefusal } from './reply.ts';
import { BodyBroken, readBody } from './request-body.ts';
import { passResponse } from './response.ts';
import type { Services } from './services.ts';

/** Serves one request; gives whether the client's connection can take another. A redirect is the client's to follow, and judged then. */
export async function serveForward(
  client: Socket,
  reader: ClientReader,
  request: ForwardRequest,
  services: Services,
): Promise<boolean> {
  const judgement = judgeForward(services.decider, request);
  if (judgement.decision.effect === 'refuse') return refuse(client, request, judgement, services);
  const checked = await services.dialer.check(
    request.target,
    selectUpstream(services.config.upstream, 'http', request.target),
  );
  const refuseAddress = (): Judgement => judgeRefusedAddress(services.decider, request, judgement);
  if (checked.kind === 'refused') return refuse(client, request, refuseAddress(), services);
  services.note.judged(judgement);
  if (checked.kind !== 'checked') return fail(client, request, checked, services);
  const judge = (): Judgement =>
    services.dialer.mayReach(checked) ? judgeForward(services.decider, request) : refuseAddress();
  return await exchange(client, reader, request, { checked, judge, services });
}

interface Exchange {
  readonly checked: Checked;
  /** By what is in force now. */
  readonly judge: () => Judgement;
  readonly services: Services;
}

async function exchange(
  client: Socket,
  reader: ClientReader,
  request: ForwardRequest,
  { checked, judge, services }: Exchange,
): Promise<boolean> {
  const dialled = await services.dialer.connect(checked, { signal: services.stopped });
  if (dialled.kind !== 'connected') return fail(client, request, dialled, services);
  const { socket } = dialled;
  const abort = (): void => void socket.destroy();
  client.once('close', abort);
  socket.setTimeout(services.config.idleTimeoutMs, abort);
  try {
    // What allowed it may have changed while it was dialled.
    const latest = judge();
    if (latest.decision.effect === 'refuse') return refuse(client, request, latest, services);
    return await services.open.hold({ judge, ended: services.note.ended }, (cut) => {
      cut.addEventListener('abort', () => client.resetAndDestroy(), { once: true });
      return converse(client, reader, request, { socket, upstream: checked.upstream, services, cut });
    });
  } finally {
    client.off('close', abort);
    socket.destroy();
  }
}

interface Leg {
  readonly socket: Socket;
  readonly upstream: UpstreamProxy | undefined;
  readonly services: Services;
  /** Aborted when the client's connection was reset, since it is refused now. */
  readonly cut: AbortSignal;
}

/** Sends the request and passes the response, which may come before the request is whole. */
async function converse(
  client: Socket,
  reader: ClientReader,
  request: ForwardRequest,
  leg: Leg,
): Promise<boolean> {
  const { note } = leg.services;
  const outgoing = openOutgoing(request, leg);
  outgoing.on('continue', () => client.write(CONTINUE));
  const answered = responseTo(outgoing);
  let bodySent = false;
  const sending = sendBody(outgoing, reader, request, (bytes) => note.moved('sent', bytes)).then(
    () => {
      bodySent = true;
    },
    (error: unknown) => {
      outgoing.destroy();
      if (!(error instanceof BodyBroken)) throw error;
      if (!leg.cut.aborted) note.malformed(error.message);
    },
  );
  const response = await answered;
  if (response === undefined) return await failAnswer(client, request, sending, leg);
  if (response.statusCode === 407 && leg.upstream)
    return upstreamRefused(client, request, leg.upstream, leg.services);
  const keep = await passResponse(client, request, response, {
    keep: request.minorVersion === 1 && !asksToClose(request.fields),
    count: (bytes) => note.moved('received', bytes),
  });
  if (bodySent && keep) return true;
  if (!client.writableEnded && !client.destroyed) answerAndClose(client, new Uint8Array());
  return false;
}

function openOutgoing(request: ForwardRequest, { socket, upstream }: Leg): ClientRequest {
  const target = request.query === undefined ? request.path : `${request.path}?${request.query}`;
  const outgoing = openRequest({
    method: request.method,
    path: upstream === undefined ? target : `http://${formatAuthority(request.target, 80)}${target}`,
    headers: toHeaders(request, upstream).flatMap(({ name, value }) => [name, value]),
    setHost: false,
    createConnection: () => socket,
  });
  return outgoing.once('socket', () => socket.resume());
}

/** RFC 9112, 3.2.2: Host is made from the target, whatever the client wrote. */
function toHeaders(request: ForwardRequest, upstream: UpstreamProxy | undefined): HeaderField[] {
  const dropped = new Set(['host', 'content-length']);
  const headers = toEndToEnd(request.fields).filter(({ name }) => !dropped.has(name.toLowerCase()));
  const { framing } = request;
  const bodyless = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'].includes(request.method);
  return [
    { name: 'Host', value: formatAuthority(request.target, 80) },
    ...headers,
    { name: 'Via', value: '1.1 pullgate' },
    { name: 'Connection', value: 'close' },
    ...(framing.kind === 'length' ? [{ name: 'Content-Length', value: String(framing.length) }] : []),
    ...(framing.kind === 'none' && !bodyless ? [{ name: 'Content-Length', value: '0' }] : []),
    ...(framing.kind === 'chunked' ? [{ name: 'Transfer-Encoding', value: 'chunked' }] : []),
    ...(upstream?.authorization ? [{ name: 'Proxy-Authorization', value: upstream.authorization }] : []),
  ];
}

function responseTo(outgoing: ClientRequest): Promise<IncomingMessage | undefined> {
  return new Promise((settle) => {
    outgoing.once('response', settle);
    outgoing.on('error', () => settle(undefined));
    outgoing.once('close', () => settle(undefined));
  });
}

async function sendBody(
  outgoing: ClientRequest,
  reader: ClientReader,
  request: ForwardRequest,
  count: (bytes: number) => void,
): Promise<void> {
  for await (const chunk of readBody(reader, request.framing)) {
    if (outgoing.destroyed) return;
    count(chunk.length);
    if (!outgoing.write(chunk)) await roomIn(outgoing);
  }
  outgoing.end();
}

function roomIn(outgoing: ClientRequest): Promise<void> {
  return new Promise((settle) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done);
      settle();
    };
    outgoing.on('drain', done).on('close', done);
  });
}

async function failAnswer(
  client: Socket,
  request: ForwardRequest,
  sending: Promise<void>,
  leg: Leg,
): Promise<boolean> {
  if (client.destroyed) {
    await sending;
    return false;
  }
  const message = `${formatAuthority(request.target)} closed the connection without an answer that can be read`;
  return fail(client, request, { kind: 'connect', status: 502, message }, leg.services);
}

function refuse(client: Socket, request: ForwardRequest, refusal: Judgement, { note }: Services): boolean {
  note.judged(refusal);
  answerAndClose(client, encodeRefusal(refusal, { headOnly: request.method === 'HEAD' }));
  return false;
}

function upstreamRefused(
  client: Socket,
  request: ForwardRequest,
  upstream: UpstreamProxy,
  services: Services,
): boolean {
  const message = `the company's proxy ${formatUpstream(upstream)} refused ${formatAuthority(request.target)} (407)`;
  return fail(client, request, { kind: 'upstream', status: 502, message }, services);
}

function fail(
  client: Socket,
  request: ForwardRequest,
  failure: { readonly kind: string; readonly status?: number; readonly message?: string },
  services: Services,
): boolean {
  const { kind, status = 502, message = 'the target could not be reached' } = failure;
  services.note.failed(kind, message);
  answerAndClose(client, encodeFailure({ status, message }, { headOnly: request.method === 'HEAD' }));
  return false;
}
