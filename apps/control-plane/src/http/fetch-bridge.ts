/** Turns our requests into those of the Fetch standard and its responses into ours, for better-auth. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLIENT_ADDRESS_HEADER } from '../sign-in/sign-in.ts';

/** The headers of the request; the client's address replaces whatever the client claims. */
export function toHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(CLIENT_ADDRESS_HEADER, request.ip);
  return headers;
}

export function toRequest(request: FastifyRequest): Request {
  const headers = toHeaders(request);
  headers.delete('content-length');
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  const hasBody = request.method !== 'GET' && request.body !== undefined && request.body !== null;
  return new Request(url, {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
  });
}

/** A request without a body to another path, in the name of the same client. */
export function toRequestTo(request: FastifyRequest, path: string): Request {
  const headers = toHeaders(request);
  headers.delete('content-length');
  headers.delete('content-type');
  return new Request(new URL(path, `${request.protocol}://${request.host}`), { method: 'POST', headers });
}

export async function sendResponse(reply: FastifyReply, response: Response): Promise<void> {
  reply.code(response.status);
  copyCookies(reply, response);
  const type = response.headers.get('content-type');
  if (type !== null) reply.type(type);
  await reply.serializer((body: unknown) => String(body)).send(await response.text());
}

/** Several cookies are several headers, never one joined by commas. */
export function copyCookies(reply: FastifyReply, response: Response): void {
  for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie);
}
