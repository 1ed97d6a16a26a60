/** Serves HTTP on one Unix socket, within bounds that no local user can widen. Leaves what is answered to `routes.ts`. */

import { chmod, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Problem } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { AgentError, type AgentErrorCode, systemCodeOf } from '../agent-error.ts';
import { readPeerUid } from '../linux/peer-credentials.ts';
import type { LocalAnswer, LocalRoute } from './routes.ts';
import { clearSocketFile } from './socket-file.ts';

/** Stops a local user (class A) from tying up the agent: few connections, short requests, little patience. */
const MAX_CONNECTIONS = 64;
const MAX_BODY_BYTES = 16 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;
const REQUEST_TIMEOUT_MS = 5_000;

const STATUS: Partial<Record<AgentErrorCode, number>> = {
  LOCAL_REQUEST_INVALID: 400,
  SESSION_REFUSED: 401,
  LOCAL_FORBIDDEN: 403,
  LOCAL_ROUTE_UNKNOWN: 404,
  LOCAL_REQUEST_TOO_LARGE: 413,
  SERVER_UNREACHABLE: 502,
  SERVER_REFUSED: 502,
  SERVER_ANSWER_INVALID: 502,
};

export interface LocalServerOptions {
  readonly path: string;
  /** Permissions of the socket file. */
  readonly mode: number;
  readonly routes: readonly LocalRoute[];
  /** Whether a peer may ask; `undefined` is a peer that the platform does not name. */
  readonly admits: (uid: number | undefined) => boolean;
  readonly log: Logger;
}

export interface LocalServer {
  stop(): Promise<void>;
}

/** @throws AgentError `AGENT_RUNNING`, `SOCKET_UNUSABLE`. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  await clearSocketFile(options.path);
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: 1_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => void answer(request, response, options),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options);
  return {
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await unlink(options.path).catch(() => undefined);
    },
  };
}

async function listen(server: Server, { path, mode }: LocalServerOptions): Promise<void> {
  try {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(path, resolve);
    await promise;
    server.removeListener('error', reject);
    await chmod(path, mode);
  } catch (error) {
    server.close();
    const message = `cannot listen on ${path} (${systemCodeOf(error) ?? 'unknown'})`;
    throw new AgentError('SOCKET_UNUSABLE', message, { cause: error });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, admits, log }: LocalServerOptions,
): Promise<void> {
  try {
    // The mode of the file is set a moment after the socket exists; this holds in that moment, too.
    const uid = readPeerUid(request.socket);
    if (!admits(uid))
      throw new AgentError('LOCAL_FORBIDDEN', 'this socket is for root and the user of the agent');
    const route = routes.find(({ method, path }) => method === request.method && path === request.url);
    if (route === undefined) throw new AgentError('LOCAL_ROUTE_UNKNOWN', 'expected a route of this socket');
    const answered = await route.answer(await readBody(request), uid);
    if (answered === undefined) sendNothing(response);
    else send(response, 200, answered);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status === 500) log.error({ err: error }, 'local request failed');
    send(response, problem.status, { type: 'application/problem+json', body: JSON.stringify(problem) });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new AgentError('LOCAL_REQUEST_TOO_LARGE', `expected a body of at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendNothing(response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(204, { 'cache-control': 'no-store' });
  response.end();
}

function send(response: ServerResponse, status: number, { type, body }: LocalAnswer): void {
  if (response.destroyed) return;
  // A request that was not read to its end must not be taken for the next one.
  response.shouldKeepAlive = status < 400;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function toProblem(error: unknown): Problem {
  const known = error instanceof AgentError ? error : undefined;
  const code = known?.code ?? 'LOCAL_FAILED';
  const hint = known?.hint;
  return {
    type: 'about:blank',
    title: code,
    status: STATUS[code] ?? 500,
    code,
    detail: known?.message ?? 'the agent failed to answer',
    ...(hint === undefined ? {} : { hint }),
  };
}
