/**
 * Ends the TLS of engines: one session per tunnel, whose requests are read by node's HTTP server. Leaves each request to exchange.ts.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { encodeOciError } from '@pullgate/wire';
import type { InspectedTunnel } from '../../point.ts';
import type { HostCertificate } from './certificates.ts';
import { serveExchange } from './exchange.ts';
import { createRequestQueue, type RequestQueue } from './request-queue.ts';
import { hasTooManyHeaders } from './request-shape.ts';
import type { Services, Session } from './services.ts';
import { createStartPace } from './start-pace.ts';

export interface Sessions {
  /** Serves a tunnel to its end. Never rejects. */
  serve(tunnel: InspectedTunnel, certificate: HostCertificate): Promise<void>;
  /** Ends all of them at once; what is in the midst of something looks cut. */
  destroy(): void;
}

/** What the client told of our certificate by a TLS alert: none of these can be meant for the registry's. */
const DISTRUST =
  /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE)/;

const MAX_HEAD_BYTES = 16 * 1024;

/** The wait for the registry ends first, so that the client is told of it. */
const ANSWER_MS = 5000;

/** In the form of the parser's own codes: a tunnel inside the tunnel is no request to a registry. */
const CONNECT_INSIDE = 'HPE_CONNECT';

/** More at once were no faster, and took more memory: each holds a handshake, a request and a registry's answer. */
const BEGINNING_AT_ONCE = 32;
/** A client that sends nothing, or a registry that does not answer, holds up others no longer: a thousand such for three seconds. */
const BEGINNING_MS = 100;
/** Engines wait for an answer to CONNECT as long as for a connection, ten seconds and more. */
const LONGEST_WAIT_MS = 5000;

/** What a connection's requests are served by. */
interface Inside {
  readonly session: Session;
  readonly queue: RequestQueue;
}

/** @param onDistrust the client did not take our certificate */
export function createSessions(services: Services, onDistrust: (tunnel: InspectedTunnel) => void): Sessions {
  const insides = new WeakMap<Socket, Inside>();
  const open = new Set<Socket>();
  const pace = createStartPace(BEGINNING_AT_ONCE, BEGINNING_MS, LONGEST_WAIT_MS);
  let isOver = false;
  const server = createHttpServer(services, (socket) => insides.get(socket));

  /** A tunnel has begun with its first answer. */
  async function serve(tunnel: InspectedTunnel, certificate: HostCertificate): Promise<void> {
    const { client, cut } = tunnel;
    const begun = await pace.enter(cut);
    if (begun === undefined || client.destroyed || isOver) client.resetAndDestroy();
    else {
      tunnel.establish();
      await serveTls(tunnel, certificate, begun);
    }
    begun?.();
  }

  async function serveTls(
    tunnel: InspectedTunnel,
    certificate: HostCertificate,
    begun: () => void,
  ): Promise<void> {
    const { metrics, config, tls } = services;
    const { client, early, target, registry, decider, uid, cut } = tunnel;
    const accepted = tls.accept({ client, early, target, certificate });
    const { socket, lane } = accepted;
    open.add(socket);
    metrics.openTunnels.inc();
    const reset = (): void => accepted.reset();
    const session: Session = { target, registry, decider, uid, certificate, lane, reset };
    cut.addEventListener('abort', reset, { once: true });
    const timer = setTimeout(() => socket.destroy(), config.headTimeoutMs);
    socket.once('secure', () => {
      clearTimeout(timer);
      metrics.handshakes.inc({ outcome: 'done' });
      insides.set(socket, { session, queue: createRequestQueue(socket, config.headTimeoutMs, begun) });
      server.emit('connection', socket);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!DISTRUST.test(error.code ?? '')) return;
      metrics.handshakes.inc({ outcome: 'distrusted' });
      onDistrust(tunnel);
    });
    if (cut.aborted) reset();
    await closed(socket);
    clearTimeout(timer);
    cut.removeEventListener('abort', reset);
    const { received, sent } = accepted.totals();
    metrics.bytes.inc({ direction: 'sent' }, received);
    metrics.bytes.inc({ direction: 'received' }, sent);
    metrics.openTunnels.dec();
    open.delete(socket);
  }
  return {
    serve,
    destroy() {
      isOver = true;
      for (const socket of open) {
        const inside = insides.get(socket);
        if (inside?.queue.isBusy === true) inside.session.reset();
        socket.destroy();
      }
      server.close();
    },
  };
}

function createHttpServer(services: Services, insideOf: (socket: Socket) => Inside | undefined): Server {
  const { config } = services;
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    insecureHTTPParser: false,
    keepAliveTimeout: config.headTimeoutMs,
    requireHostHeader: true,
    noDelay: true,
  });
  // Node would leave out what is beyond its own limit, and pass the rest for the whole.
  server.maxHeadersCount = 0;
  server.timeout = config.idleTimeoutMs + ANSWER_MS;
  const serve = (request: IncomingMessage, response: ServerResponse, expects: boolean): void => {
    const inside = insideOf(request.socket);
    services.bodies?.sortRequest(request);
    if (inside === undefined) request.socket.destroy();
    else if (hasTooManyHeaders(request))
      endMalformed(services, inside, 'HPE_HEADER_OVERFLOW', request.socket);
    else {
      const { session, queue } = inside;
      queue.push(() => serveExchange(services, { request, response, session, expects }));
    }
  };
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('connect', (request: IncomingMessage) =>
    endMalformed(services, insideOf(request.socket), CONNECT_INSIDE, request.socket),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    endMalformed(services, insideOf(socket), error.code ?? '', socket),
  );
  return server;
}

/**
 * What is no request is answered once; what follows it on the connection could be part of anything. A client that only broke off gets no answer, nor
 * one that is owed another first: it would read this one as a part of that.
 */
function endMalformed(
  { note, tls }: Services,
  inside: Inside | undefined,
  code: string,
  socket: Socket,
): void {
  tls.bodies?.flow(socket);
  const isParsed = code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE';
  if (!isParsed || !socket.writable || inside === undefined) {
    socket.destroy();
    return;
  }
  const { registry, decider, uid } = inside.session;
  const decision = decider.refuse('gateway', 'REQUEST_INVALID', registry);
  note.judged({ point: 'gateway', depth: 'full', registry, decision }, uid);
  const isLarge = code === 'HPE_HEADER_OVERFLOW';
  const message = isLarge ? 'the request has too many headers' : decision.message;
  if (inside.queue.isBusy) socket.destroy();
  else socket.end(encodeOciError({ status: isLarge ? 431 : 400, code: 'UNSUPPORTED', message })).resume();
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
