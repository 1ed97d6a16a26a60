/** Passes a target's response on to the client, framed anew for this hop. Leaves asking the target to plain-http.ts. */

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  encodeChunkHead,
  encodeReasonPhrase,
  type ForwardRequest,
  fieldValues,
  type HeaderField,
  LAST_CHUNK,
  toFields,
} from '@pullgate/wire';
import { toEndToEnd } from '../../egress/hop-by-hop.ts';

/** How this response's body is delimited toward the client. */
type Framing = 'none' | 'length' | 'chunked' | 'close';

export interface ResponseOptions {
  /** Whether the client's connection may be kept, as far as the request goes. */
  readonly keep: boolean;
  readonly count: (bytes: number) => void;
}

/**
 * Writes the whole response; gives whether the connection can be kept. When the target breaks off, the client's
 * connection is destroyed, so that a cut body never looks whole.
 */
export async function passResponse(
  client: Socket,
  request: ForwardRequest,
  response: IncomingMessage,
  options: ResponseOptions,
): Promise<boolean> {
  const fields = toFields(response.rawHeaders);
  const framing = chooseFraming(request, response, fields);
  const keep = options.keep && framing !== 'close';
  client.write(encodeHead(response, fields, framing, keep), 'latin1');
  try {
    for await (const chunk of response) {
      options.count(chunk.length);
      if (!writeBody(client, chunk, framing)) await drained(client);
    }
  } catch {
    client.destroy();
    return false;
  }
  if (framing === 'chunked') client.write(LAST_CHUNK);
  return keep;
}

function writeBody(client: Socket, chunk: Buffer, framing: Framing): boolean {
  if (framing !== 'chunked') return client.write(chunk);
  client.cork();
  client.write(encodeChunkHead(chunk.length));
  client.write(chunk);
  const room = client.write('\r\n');
  client.uncork();
  return room;
}

/** Rejects when the client is gone, which ends the loop above. */
async function drained(client: Socket): Promise<void> {
  if (client.destroyed) throw new Error('the client is gone');
  const gone = new AbortController();
  const close = (): void => gone.abort();
  client.once('close', close);
  try {
    await once(client, 'drain', { signal: gone.signal });
  } finally {
    client.off('close', close);
  }
}

function chooseFraming(
  request: ForwardRequest,
  response: IncomingMessage,
  fields: readonly HeaderField[],
): Framing {
  const { statusCode = 0 } = response;
  if (request.method === 'HEAD' || statusCode === 204 || statusCode === 304) return 'none';
  if (
    response.headers['transfer-encoding'] === undefined &&
    fieldValues(fields, 'content-length').length === 1
  ) {
    return 'length';
  }
  return request.minorVersion === 1 ? 'chunked' : 'close';
}

function encodeHead(
  response: IncomingMessage,
  fields: readonly HeaderField[],
  framing: Framing,
  keep: boolean,
): string {
  const kept = toEndToEnd(fields).filter(
    ({ name }) => framing === 'length' || framing === 'none' || name.toLowerCase() !== 'content-length',
  );
  const lines = [
    `HTTP/1.1 ${response.statusCode} ${encodeReasonPhrase(response.statusMessage ?? '')}`,
    ...kept.map(({ name, value }) => `${name}: ${value}`),
    'Via: 1.1 pullgate',
    ...(framing === 'chunked' ? ['Transfer-Encoding: chunked'] : []),
    ...(keep ? [] : ['Connection: close']),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
