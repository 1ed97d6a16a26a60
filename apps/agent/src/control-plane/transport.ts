/** Speaks HTTP to one control plane: TLS, the organization's own proxy, limits, time-outs. Leaves the protocol to `client.ts`. */

import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import type { UpstreamProxy } from '../config.ts';

/** A server that says nothing for so long is as good as away. */
const TIMEOUT_MS = 20_000;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpCall {
  readonly method: string;
  /** Path below the server's origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A longer answer is cut off and is an error: a hostile server must not fill the memory. */
  readonly maxAnswerBytes: number;
  readonly signal?: AbortSignal;
}

export interface Transport {
  /** @throws AgentError `SERVER_UNREACHABLE`, `SERVER_ANSWER_INVALID` (too long). */
  call(call: HttpCall): Promise<HttpAnswer>;
  /** Resolves with the head of the answer; the body is the caller's to read and to destroy. */
  open(call: Omit<HttpCall, 'maxAnswerBytes'>): Promise<http.IncomingMessage>;
  close(): void;
}

export interface TransportOptions {
  readonly server: string;
  readonly caFile?: string;
  readonly upstreamProxy?: UpstreamProxy;
}

/** @throws AgentError `CONFIG_INVALID` when `caFile` cannot be read. */
export function createTransport(options: TransportOptions): Transport {
  const secure = options.server.startsWith('https:');
  const agent = createHttpAgent(options, secure);
  const open: Transport['open'] = (call) => openAnswer(options.server, agent, call);
  return {
    open,
    call: async (call) => {
      const answer = await open(call);
      const body = await readBody(answer, call.maxAnswerBytes);
      return { status: answer.statusCode ?? 0, headers: answer.headers, body };
    },
    close: () => agent.destroy(),
  };
}

function createHttpAgent(options: TransportOptions, secure: boolean): http.Agent {
  const proxyEnv = toProxyEnv(options.upstreamProxy);
  // Decisions, heartbeats and documents go one after another; the event stream holds a connection of its own.
  const shared = { keepAlive: true, maxSockets: 4, ...(proxyEnv === undefined ? {} : { proxyEnv }) };
  if (!secure) return new http.Agent(shared);
  const ca = options.caFile === undefined ? {} : { ca: readAuthority(options.caFile) };
  return new https.Agent({ ...shared, ...ca, minVersion: 'TLSv1.2' });
}

function toProxyEnv(proxy: UpstreamProxy | undefined) {
  if (proxy === undefined) return undefined;
  return { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: proxy.noProxy.join(',') };
}

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AgentError('CONFIG_INVALID', `cannot read caFile (${systemCodeOf(error) ?? 'unknown'})`, {
      cause: error,
    });
  }
}

function openAnswer(
  server: string,
  agent: http.Agent,
  call: Omit<HttpCall, 'maxAnswerBytes'>,
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const send = server.startsWith('https:') ? https.request : http.request;
  const request = send(new URL(call.path, server), {
    agent,
    method: call.method,
    headers: call.headers,
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error('no answer in time')));
  request.on('response', (answer) => {
    request.setTimeout(0);
    resolve(answer);
  });
  request.on('error', (error) => reject(toUnreachable(error)));
  request.end(call.body);
  return promise;
}

/** The whole of an answer. @throws AgentError `SERVER_UNREACHABLE` when it breaks off, `SERVER_ANSWER_INVALID` when it is larger. */
export async function readBody(answer: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  answer.setTimeout(TIMEOUT_MS, () => answer.destroy(new Error('the answer stopped half-way')));
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw toUnreachable(error);
  }
  if (length > maxBytes)
    throw new AgentError('SERVER_ANSWER_INVALID', `expected an answer of at most ${maxBytes} bytes`);
  return Buffer.concat(chunks);
}

function toUnreachable(error: unknown): AgentError {
  const why = systemCodeOf(error) ?? (error instanceof Error ? error.message : 'unknown');
  return new AgentError('SERVER_UNREACHABLE', `cannot reach the control plane (${why})`, { cause: error });
}
