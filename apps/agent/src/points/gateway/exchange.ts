/** Serves one request of an inspected tunnel: judge, ask the registry, pass its answer on. Leaves connections to sessions.ts. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatAuthority, parseAuthority } from '@pullgate/wire';
import { toEndToEnd } from '../../egress/hop-by-hop.ts';
import type { DecisionEntry } from '../../point.ts';
import { callFollowing } from './follow-redirects.ts';
import { holdManifest } from './hold-manifest.ts';
import { isWorthReading, learnFromBody, learnFromHead, learnRealm, learnUpload } from './learn.ts';
import { passResponse, toFields } from './pass-response.ts';
import { type JudgedRequest, judgeHop, judgeManifest, judgeRequest } from './query.ts';
import { CallFailed } from './registry-pool.ts';
import { answerDenial, answerFailure } from './reply.ts';
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
  };
  const judge = (): JudgedRequest => judgeRequest(services, session, asked);
  const judged = judge();
  if (judged.entry.decision.effect === 'refuse') {
    const isProbe = judged.route.kind === 'blob' && asked.method === 'HEAD';
    return refuse(services, exchange, judged.entry, isProbe);
  }
  try {
    const ended = (entry: DecisionEntry): void => services.note.ended(entry, session.uid);
    await services.open.hold({ judge: () => judge().entry, ended }, (cut) =>
      forward(services, exchange, judged, cut),
    );
  } catch (error) {
    fail(services, exchange, error);
    await closed(response);
  }
}

async function forward(
  services: Services,
  exchange: Exchange,
  judged: JudgedRequest,
  cut: AbortSignal,
): Promise<void> {
  const { response, session } = exchange;
  const call = toCall(services, exchange, judged, cut);
  if (judged.upload?.url !== undefined) {
    const hop = judgeHop(session, judged.entry, { target: call.target, path: '/' });
    if (hop.decision.effect === 'refuse') return refuse(services, exchange, hop);
  }
  cut.addEventListener('abort', () => void response.destroy(), { once: true });
  const outcome = await callFollowing(services, session, judged.entry, call);
  if (outcome.kind === 'refused') return refuse(services, exchange, outcome.entry);
  const body = await readAnswer(services, exchange, judged, outcome.response);
  const denied = body && judgeManifest(session, judged, learnFromBody(services, session, judged, body));
  if (denied?.decision.effect === 'refuse') return refuse(services, exchange, denied);
  services.note.judged(denied ?? judged.entry, session.uid);
  await passResponse(outcome.response, response, {
    headOnly: exchange.request.method === 'HEAD',
    body,
    close: isBodyUnclear(exchange, outcome.response),
    location: locationFor(services, session, judged, outcome.response, outcome.url),
  });
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
  else if (isWorthReading(judged, response)) return await holdManifest(response, session.registry);
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
  cut: AbortSignal,
): Call {
  const { method = '' } = request;
  const hasBody =
    request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  const unwanted = judged.route.kind === 'manifest' ? ['host', 'accept-encoding'] : ['host'];
  const fields = toEndToEnd(toFields(request.rawHeaders)).filter(
    ({ name }) => !unwanted.includes(name.toLowerCase()),
  );
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const base = {
    method,
    body: hasBody ? request : undefined,
    idleTimeoutMs: services.config.idleTimeoutMs,
    signal: AbortSignal.any([cut, gone.signal]),
    onContinue: () => {
      if (expects) response.writeContinue();
    },
  };
  const elsewhere = judged.upload?.url;
  if (elsewhere === undefined)
    return {
      ...base,
      fields,
      target: session.target,
      path: request.url ?? '/',
      trust: session.certificate.upstream,
    };
  const query = [elsewhere.search.replace(/^\?/, ''), judged.query ?? '']
    .filter((part) => part !== '')
    .join('&');
  return {
    ...base,
    fields: fields.filter(({ name }) => name.toLowerCase() !== 'authorization'),
    target: targetOf(elsewhere),
    path: `${elsewhere.pathname}${query === '' ? '' : `?${query}`}`,
    trust: {},
  };
}

/** @throws CallFailed for what is no place over TLS. */
function targetOf(url: URL): Call['target'] {
  const parsed = parseAuthority(url.port === '' ? `${url.hostname}:443` : `${url.hostname}:${url.port}`);
  if (url.protocol === 'https:' && parsed.ok) return parsed.authority;
  throw new CallFailed('redirects', 502, 'the registry sends the upload to a place without TLS');
}

function refuse(
  { note }: Services,
  { request, response, session }: Exchange,
  entry: DecisionEntry,
  isProbe = false,
): void {
  note.judged(entry, session.uid);
  answerDenial(request, response, entry, isProbe);
}

function fail({ note, log }: Services, { request, response, session }: Exchange, error: unknown): void {
  if (response.destroyed) return;
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
