/** Takes a request's body from the client, as its framing says. Leaves sending it on to plain-http.ts. */

import { type BodyFraming, createChunkedDecoder } from '@pullgate/wire';
import type { ClientReader } from './client-reader.ts';

/** The client broke off, or its chunks were malformed. */
export class BodyBroken extends Error {
  override readonly name = 'BodyBroken';
}

/**
 * Gives the body's bytes without their framing and puts back what follows it.
 *
 * @throws BodyBroken
 */
export async function* readBody(reader: ClientReader, framing: BodyFraming): AsyncGenerator<Uint8Array> {
  if (framing.kind === 'length') yield* readLength(reader, framing.length);
  if (framing.kind === 'chunked') yield* readChunked(reader);
}

async function* readLength(reader: ClientReader, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  while (left > 0) {
    const chunk = await readSome(reader);
    if (chunk.length > left) reader.putBack(chunk.subarray(left));
    const piece = chunk.subarray(0, left);
    left -= piece.length;
    yield piece;
  }
}

async function* readChunked(reader: ClientReader): AsyncGenerator<Uint8Array> {
  const decoder = createChunkedDecoder();
  for (;;) {
    const result = decoder.decode(await readSome(reader));
    if (result.kind === 'invalid') throw new BodyBroken(result.problem);
    if (result.kind === 'end') reader.putBack(result.rest);
    yield* result.data;
    if (result.kind === 'end') return;
  }
}

async function readSome(reader: ClientReader): Promise<Uint8Array> {
  const chunk = await reader.read();
  if (chunk === undefined) throw new BodyBroken('the client ended before its request did');
  return chunk;
}
