/** The agent's page for the people at this machine: read-only, on loopback alone, never the reason why an agent does not run. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalStatus } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { systemCodeOf } from '../agent-error.ts';
import { formatPage, STYLE, STYLE_PATH, toPageFacts } from './page.ts';
import { findRefusal } from './request-guard.ts';

export interface LocalPageOptions {
  /** `HOST:PORT` on loopback, or `off`; port 0 takes any free one. */
  readonly listen: string;
  /** As somebody without a session would see it. */
  readonly status: () => LocalStatus;
  readonly log: Logger;
}

export interface LocalPage {
  /** Undefined: off, or the port is somebody else's. */
  readonly url: string | undefined;
  stop(): Promise<void>;
}

/** Browsers of one machine; every request is answered at once from memory. */
const MAX_CONNECTIONS = 32;
const MAX_HEADER_BYTES = 8 * 1024;
const TIMEOUT_MS = 5_000;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Never throws: engines matter more than a page. */
export async function startLocalPage({ listen, status, log }: LocalPageOptions): Promise<LocalPage> {
  if (listen === 'off') return { url: undefined, stop: async () => undefined };
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: TIMEOUT_MS,
    headersTimeout: TIMEOUT_MS,
    keepAliveTimeout: TIMEOUT_MS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    const port = await bind(server, listen);
    server.on('request', (request, response) => answer(request, response, port, status));
    server.on('error', (err) => log.warn({ err }, 'local page failed'));
    const { hostname } = new URL(`http://${listen}`);
    return { url: `http://${hostname}:${port}/`, stop: () => close(server) };
  } catch (error) {
    log.warn({ listen, code: systemCodeOf(error) ?? 'unknown' }, 'local page is off: cannot listen');
    return { url: undefined, stop: async () => undefined };
  }
}

async function bind(server: Server, listen: string): Promise<number> {
  const { hostname } = new URL(`http://${listen}`);
  const port = Number(/:(\d+)$/.exec(listen)?.[1]);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: hostname.replace(/^\[|\]$/g, ''), port }, resolve);
  await promise;
  server.off('error', reject);
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  status: () => LocalStatus,
): void {
  const { code, type, text } = toAnswer(request, port, status);
  // Node leaves the body out of the answer to HEAD.
  response.writeHead(code, {
    ...HEADERS,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    ...(code === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(text);
}

interface Answer {
  readonly code: number;
  readonly type: 'text/plain' | 'text/css' | 'text/html';
  readonly text: string;
}

function toAnswer(request: IncomingMessage, port: number, status: () => LocalStatus): Answer {
  const plain = (code: number, text: string): Answer => ({ code, type: 'text/plain', text: `${text}\n` });
  const refusal = findRefusal(request, port);
  if (refusal !== undefined) return plain(refusal.status, refusal.text);
  const path = request.url?.split('?')[0];
  if (path === STYLE_PATH) return { code: 200, type: 'text/css', text: STYLE };
  if (path !== '/') return plain(404, 'there is one page here: /');
  try {
    return { code: 200, type: 'text/html', text: formatPage(toPageFacts(status())) };
  } catch {
    return plain(500, "the agent's log has the details");
  }
}
