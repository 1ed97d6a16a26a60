/** Serves one request of an inspected tunnel: judge, ask the registry, pass its answer on. Leaves connections to sessions.ts. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatAuthority, parseAuthority } from '@pullgate/wire';
import { toEndToEnd } from '../../egress/hop-by-hop.ts';
import type { DecisionEntry } from '../../point.ts';
import { callFollowing } from './follow-redirects.ts';
import {
  isWorthReading,
  learnFromBody,
  learnFromHead,
  learnRealm,
  learnUpload,
  MAX_MANIFEST_BYTES,
} from './learn.ts';
import { type BodyReader, passResponse, toFields } from './pass-response.ts';
import { type JudgedRequest, judgeHop, judgeRequest } from './query.ts';
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
  services.note.judged(judged.entry, session.uid);
  await pass(services, exchange, judged, outcome.response, outcome.url);
}

async function pass(
  services: Services,
  { request, response: client, session, expects }: Exchange,
  judged: JudgedRequest,
  response: IncomingMessage,
  url: URL,
): Promise<void> {
  learnRealm(services, session, response);
  const headOnly = request.method === 'HEAD';
  if (headOnly) learnFromHead(services, session, judged, response);
  const isRead = !headOnly && isWorthReading(judged, response);
  if (isRead && Number(response.headers['content-length'] ?? 0) > MAX_MANIFEST_BYTES) {
    response.destroy();
    throw new CallFailed('response', 502, `the manifest from ${session.registry} is larger than 4 MiB`);
  }
  const reader: BodyReader | undefined = isRead
    ? { maxBytes: MAX_MANIFEST_BYTES, done: (body) => learnFromBody(services, session, judged, body) }
    : undefined;
  // A client whose body was neither asked for nor read cannot be told from one that sends it anyway.
  const close =
    expects && !request.complete && response.statusCode !== undefined && response.statusCode >= 300;
  await passResponse(response, client, {
    headOnly,
    reader,
    close,
    location: locationFor(services, session, judged, response, url),
  });
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
  const fields = toEndToEnd(toFields(request.rawHeaders)).filter(({ name }) => name.toLowerCase() !== 'host');
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
