/** Asks a host whether it is a registry, as an engine's first request does: `GET /v2/` over TLS. Leaves remembering to `recognizer.ts`. */

import { once } from 'node:events';
import { type IncomingMessage, request as openRequest } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import {
  type Authority,
  formatAuthority,
  parseAuthority,
  type RegistryRecognition,
  recognizeRegistry,
  toFields,
} from '@pullgate/wire';
import { AGENT_VERSION } from '../agent-version.ts';
import type { Dialer } from '../egress/dial.ts';
import { selectUpstream, type UpstreamConfig } from '../egress/upstream.ts';

/** `unanswered`: no connection, no TLS, no whole answer to HTTP/1.1, or not in time. */
export type AskedRegistry = 'registry' | 'other' | 'unanswered';

/** Asks once; never rejects. */
export type AskRegistry = (target: Authority, signal: AbortSignal) => Promise<AskedRegistry>;

/** Registries with vanity names redirect once; more than a few hops lead nowhere. */
const MAX_HOPS = 3;
/** What {@link recognizeRegistry} reads at most. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Every hop is dialled like any other target, with its address checked. Certificates are not: nothing secret is sent, and the
 * only thing an answer can do is to close.
 */
export function createAskRegistry(dialer: Dialer, upstream: UpstreamConfig): AskRegistry {
  return async (target, signal) => {
    try {
      return await askAlong(target, (hop, path) => fetchPing(hop, path, { dialer, upstream, signal }));
    } catch {
      return 'unanswered';
    }
  };
}

type FetchPing = (target: Authority, path: string) => Promise<RegistryRecognition>;

async function askAlong(target: Authority, fetchPing: FetchPing): Promise<AskedRegistry> {
  let hop: { readonly target: Authority; readonly path: string } = { target, path: '/v2/' };
  for (let hops = 0; hops <= MAX_HOPS; hops++) {
    const recognition = await fetchPing(hop.target, hop.path);
    if (recognition.isRegistry) return 'registry';
    const next = recognition.location === undefined ? undefined : resolveHop(hop, recognition.location);
    if (next === undefined) return 'other';
    hop = next;
  }
  return 'other';
}

/** A redirect that leaves TLS, or `/v2/`, leads to no registry. */
function resolveHop(
  { target, path }: { readonly target: Authority; readonly path: string },
  location: string,
): { target: Authority; path: string } | undefined {
  const base = `https://${formatAuthority(target)}${path}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  const parsed = parseAuthority(`${url.hostname}:${url.port || '443'}`);
  if (url.protocol !== 'https:' || url.pathname !== '/v2/' || !parsed.ok) return undefined;
  return { target: parsed.authority, path: `${url.pathname}${url.search}` };
}

interface Way {
  readonly dialer: Dialer;
  readonly upstream: UpstreamConfig;
  readonly signal: AbortSignal;
}

async function fetchPing(target: Authority, path: string, way: Way): Promise<RegistryRecognition> {
  const socket = await dial(target, way);
  try {
    const secure = await secureSocket(socket, target, way.signal);
    const outgoing = openRequest({
      path,
      headers: { host: formatAuthority(target, 443), 'user-agent': `pullgate-agent/${AGENT_VERSION}` },
      createConnection: () => secure,
      signal: way.signal,
    });
    outgoing.on('error', () => undefined).end();
    const [response] = (await once(outgoing, 'response', { signal: way.signal })) as [IncomingMessage];
    return recognizeRegistry({
      status: response.statusCode ?? 0,
      fields: toFields(response.rawHeaders),
      body: await readBody(response),
    });
  } finally {
    socket.destroy();
  }
}

async function dial(target: Authority, { dialer, upstream, signal }: Way): Promise<Socket> {
  const checked = await dialer.check(target, selectUpstream(upstream, 'https', target));
  if (checked.kind !== 'checked') throw new Error('the target may not be dialled');
  const dialled = await dialer.connect(checked, { tunnel: true, signal });
  if (dialled.kind !== 'connected') throw new Error('the target was not reached');
  if (dialled.early.length > 0) dialled.socket.unshift(Buffer.from(dialled.early));
  return dialled.socket;
}

async function secureSocket(socket: Socket, target: Authority, signal: AbortSignal): Promise<TLSSocket> {
  const secure = connectTls({
    socket,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    // RFC 6066, 3: an address is no server name.
    ...(target.kind === 'name' && { servername: target.host }),
  });
  secure.on('error', () => undefined);
  await once(secure, 'secureConnect', { signal });
  return secure;
}

/** Up to one byte more than what is read of it, which says that it was longer. */
async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks);
}
