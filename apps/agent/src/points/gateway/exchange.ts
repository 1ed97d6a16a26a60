/** Serves one request of an inspected tunnel: judge, ask the registry, pass its answer on. Leaves connections to sessions.ts. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Authority, formatAuthority, type HeaderField, toFields } from '@pullgate/wire';
import { toEndToEnd } from '../../egress/hop-by-hop.ts';
import type { DecisionEntry } from '../../point.ts';
import { isForm } from '../../registry-requests/form-body.ts';
import { callFollowing, PRIVATE_FIELDS, toHopTrust } from './follow-redirects.ts';
import type { HeldBodies } from './held-bodies.ts';
import { digestOf, holdManifest, holdPut } from './hold-manifest.ts';
import { isWorthReading, learnFromBody, learnFromHead, learnRealm, learnUpload, targetOf } from './learn.ts';
import { passResponse } from './pass-response.ts';
import { type JudgedRequest, judgeHop, judgeManifest, judgeRefusedAddress, judgeRequest } from './query.ts';
import { CallFailed } from './registry-pool.ts';
import { answerDenial, answerFailure } from './reply.ts';
import { hasBody, isPlainHead } from './request-shape.ts';
import type { Services, Session } from './services.ts';
import type { Call } from './upstream-call.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly session: Session;
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expects: boolean;
}

/** Serves the request to its end. Never rejects. */
export async function serveExchange(services: Services, exchange: Exchange): Promise<void> {
  const { request, response, session } = exchange;
  const asked = {
    method: request.method ?? '',
    url: request.url ?? '',
    hosts: request.headersDistinct.host ?? [],
    userAgent: request.headers['user-agent'],
    isPlain: isPlainHead(request),
    hasForm: hasBody(request) && isForm(request.headersDistinct['content-type'] ?? []),
  };
  const judge = (): JudgedRequest => judgeRequest(services, session, asked);
  const judged = judge();
  if (judged.entry.decision.effect === 'refuse') {
    const isProbe = judged.route.kind === 'blob' && asked.method === 'HEAD';
    return refuse(services, exchange, judged.entry, isProbe);
  }
  // Only layers are long, and everything else may be read here.
  if (judged.route.kind !== 'upload') services.bodies?.release(request);
  try {
    const hops: Judge[] = [];
    const ended = (entry: DecisionEntry): void => services.note.ended(entry, session.uid);
    await services.open.hold({ judge: () => judgeWay(() => judge().entry, hops), ended }, (cut) =>
      forward(services, exchange, judged, { cut, hops }),
    );
  } catch (error) {
    fail(services, exchange, error);
    await closed(response);
  }
}

type Judge = () => DecisionEntry;

/** The request, and every host that its bytes came by, as they are judged now. */
function judgeWay(judge: Judge, hops: readonly Judge[]): DecisionEntry {
  const own = judge();
  if (own.decision.effect === 'refuse') return own;
  return hops.map((hop) => hop()).find(({ decision }) => decision.effect === 'refuse') ?? own;
}

interface Way {
  /** Aborted when the request may not go on. */
  readonly cut: AbortSignal;
  /** What judges the hosts that it was sent on to. */
  readonly hops: Judge[];
}

async function forward(
  services: Services,
  exchange: Exchange,
  judged: JudgedRequest,
  { cut, hops }: Way,
): Promise<void> {
  const { response, session } = exchange;
  cut.addEventListener('abort', session.reset, { once: true });
  const put = await takePut(services, exchange, judged, hops);
  if (put?.denied?.decision.effect === 'refuse') return refuse(services, exchange, put.denied);
  const call = toCall(services, exchange, judged, { cut, hops, held: put?.manifest });
  if (judged.upload?.url !== undefined) {
    const path = call.path.replace(/\?.*/s, '');
    const place = { target: call.target, path, method: call.method };
    const judge = (): DecisionEntry => judgeHop(session, judged.entry, place);
    const hop = judge();
    if (hop.decision.effect === 'refuse') return refuse(services, exchange, hop);
    hops.push(judge);
  }
  const outcome = await callFollowing(services, session, judged.entry, call, (hop) => void hops.push(hop));
  if (outcome.kind === 'refused') return refuse(services, exchange, outcome.entry);
  const body = await readAnswer(services, exchange, judged, outcome.response);
  const denied = body && judgeManifest(session, judged, learnFromBody(services, session, judged, body));
  if (denied?.decision.effect === 'refuse') return refuse(services, exchange, denied);
  services.note.judged(denied ?? put?.denied ?? judged.entry, session.uid);
  await passResponse(outcome.response, response, {
    headOnly: exchange.request.method === 'HEAD',
    body,
    cutOff: session.reset,
    bodies: services.bodies,
    close: isBodyUnclear(exchange, outcome.response),
    location: locationFor(services, session, judged, outcome.response, outcome.url),
  });
}

/** A manifest that is put, with the denial that names its very content. */
interface Put {
  readonly manifest: Buffer;
  readonly denied: DecisionEntry | undefined;
}

/** Holds a manifest before any of it goes on: what a denial names by digest must not get in under a tag. */
async function takePut(
  services: Services,
  exchange: Exchange,
  judged: JudgedRequest,
  hops: Judge[],
): Promise<Put | undefined> {
  const { request, response, session, expects } = exchange;
  if (judged.route.kind !== 'manifest' || request.method !== 'PUT' || !hasBody(request)) return undefined;
  const manifest = await holdPut(exchange, session.registry, services.held.put, () => {
    if (expects) response.writeContinue();
  });
  const digest = digestOf(manifest);
  const judge = (): DecisionEntry | undefined => judgeManifest(session, judged, digest);
  hops.push(() => judge() ?? judged.entry);
  return { manifest, denied: judge() };
}

/** Learns from the head of the answer, and reads a manifest whole; every other body is left to be streamed. */
async function readAnswer(
  services: Services,
  { request, session }: Exchange,
  judged: JudgedRequest,
  response: IncomingMessage,
): Promise<Buffer | undefined> {
  learnRealm(services, session, response);
  if (request.method === 'HEAD' || request.method === 'PUT')
    learnFromHead(services, session, judged, response);
  else if (isWorthReading(judged, response))
    return await holdManifest(response, session.registry, services.held.pulled);
  return undefined;
}

/** A client whose body was neither asked for nor read cannot be told from one that sends it anyway. */
function isBodyUnclear({ request, expects }: Exchange, { statusCode }: IncomingMessage): boolean {
  return expects && !request.complete && statusCode !== undefined && statusCode >= 300;
}

function locationFor(
  services: Services,
  session: Session,
  judged: JudgedRequest,
  response: IncomingMessage,
  url: URL,
): string | undefined {
  const { location } = response.headers;
  const isUpload = judged.route.kind === 'upload' || judged.route.kind === 'mount';
  if (!isUpload || location === undefined || response.statusCode !== 202) return undefined;
  const next = URL.parse(location, url);
  return next === null ? undefined : learnUpload(services, session, judged, next);
}

function toCall(
  services: Services,
  { request, response, session, expects }: Exchange,
  judged: JudgedRequest,
  { cut, hops, held }: Way & { readonly held: Buffer | undefined },
): Call {
  const { method = '' } = request;
  const fields = toForwarded(request, judged, held);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const base = {
    method,
    lane: session.lane,
    body: held ?? (hasBody(request) ? request : undefined),
    idleTimeoutMs: services.config.idleTimeoutMs,
    signal: AbortSignal.any([cut, gone.signal]),
    onConnection: (connection: Duplex, target: Authority) => {
      hops.push(() => judgeConnection(services, session, judged.entry, { connection, target }));
    },
    onContinue: () => {
      if (expects && held === undefined) response.writeContinue();
    },
    bodies: judged.route.kind === 'blob' && method === 'GET' ? bodiesFor(services, request) : undefined,
    uploads: holdUpload(services, request, response),
  };
  const elsewhere = judged.upload?.url;
  if (elsewhere === undefined)
    return {
      ...base,
      fields,
      target: session.target,
      path: request.url ?? '/',
      trust: session.certificate.upstream(),
    };
  const query = [elsewhere.search.replace(/^\?/, ''), judged.query ?? '']
    .filter((part) => part !== '')
    .join('&');
  return {
    ...base,
    fields: fields.filter(({ name }) => !PRIVATE_FIELDS.has(name.toLowerCase())),
    target: toTarget(elsewhere),
    path: `${elsewhere.pathname}${query === '' ? '' : `?${query}`}`,
    trust: toHopTrust(session.certificate.upstream()),
  };
}

/** The policy may no longer name the address that a connection leads to. */
function judgeConnection(
  { pool }: Services,
  session: Session,
  entry: DecisionEntry,
  { connection, target }: { readonly connection: Duplex; readonly target: Authority },
): DecisionEntry {
  return pool.mayUse(connection) ? entry : judgeRefusedAddress(session, entry, target);
}

/** A manifest is judged by its content, so that it must come whole and plain. */
const WHOLE = ['host', 'accept-encoding', 'range', 'if-range'];

/** What is held was waited for already, and has the length that it has. */
function toForwarded(
  { rawHeaders }: IncomingMessage,
  { route }: JudgedRequest,
  held: Buffer | undefined,
): readonly HeaderField[] {
  const unwanted = new Set(route.kind === 'manifest' ? WHOLE : ['host']);
  if (held !== undefined) for (const name of ['expect', 'content-length']) unwanted.add(name);
  const fields = toEndToEnd(toFields(rawHeaders)).filter(({ name }) => !unwanted.has(name.toLowerCase()));
  return held === undefined ? fields : [...fields, { name: 'Content-Length', value: String(held.length) }];
}

/** Only what can go to this client without coming here is held back for it. */
function bodiesFor({ bodies }: Services, { socket }: IncomingMessage): HeldBodies | undefined {
  return bodies?.reaches(socket) === true ? bodies : undefined;
}

/** Behind a body that did not come through Node's parser, the client's connection is of no use. */
function holdUpload(
  { bodies }: Services,
  request: IncomingMessage,
  response: ServerResponse,
): HeldBodies | undefined {
  if (bodies?.has(request) !== true) return undefined;
  response.shouldKeepAlive = false;
  return bodies;
}

/** @throws CallFailed for what is no place over TLS. */
function toTarget(url: URL): Call['target'] {
  const target = targetOf(url);
  if (target !== undefined) return target;
  throw new CallFailed('redirects', 502, 'the registry sends the upload to a place without TLS');
}

function refuse(
  { note, bodies }: Services,
  { request, response, session }: Exchange,
  entry: DecisionEntry,
  isProbe = false,
): void {
  note.judged(entry, session.uid);
  bodies?.release(request);
  answerDenial(request, response, entry, isProbe);
}

function fail(
  { note, log, bodies }: Services,
  { request, response, session }: Exchange,
  error: unknown,
): void {
  if (response.destroyed) return;
  bodies?.release(request);
  const isKnown = error instanceof CallFailed;
  if (!isKnown) log.error({ err: error, registry: session.registry }, 'a request failed unexpectedly');
  const message = isKnown
    ? error.message
    : `the request to ${formatAuthority(session.target, 443)} failed inside the agent`;
  note.failed(isKnown ? error.kind : 'unexpected', message);
  answerFailure(request, response, { status: isKnown ? error.status : 502, message });
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || response.writableFinished) resolve();
    else response.once('close', () => resolve());
  });
}
