import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChunkedDecoder, encodeChunkHead, LAST_CHUNK } from './chunked-body.ts';

const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const toText = (parts: readonly Uint8Array[]): string =>
  parts.map((part) => String.fromCharCode(...part)).join('');

function decodeInPieces(bytes: Uint8Array, size: number) {
  const decoder = createChunkedDecoder();
  let data = '';
  for (let at = 0; at < bytes.length; at += size) {
    const result = decoder.decode(bytes.subarray(at, at + size));
    if (result.kind === 'invalid') return { kind: result.kind, data: '' };
    data += toText(result.data);
    if (result.kind === 'end') return { kind: result.kind, data };
  }
  return { kind: 'more', data };
}

describe('createChunkedDecoder', () => {
  it('gives back what was encoded, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', minLength: 1 })),
        fc.integer({ min: 1, max: 9 }),
        (texts, size) => {
          const body =
            texts.map((text) => `${encodeChunkHead(text.length)}${text}\r\n`).join('') + LAST_CHUNK;
          expect(decodeInPieces(toBytes(body), size)).toEqual({ kind: 'end', data: texts.join('') });
        },
      ),
    );
  });

  it('reads extensions and trailers, and hands back the next request', () => {
    const result = createChunkedDecoder().decode(toBytes('3;a="b"\r\nabc\r\n0\r\nX: y\r\n\r\nGET'));
    expect(result.kind === 'end' && [toText(result.data), toText([result.rest])]).toEqual(['abc', 'GET']);
  });

  it.each([
    ['no size', '\r\n'],
    ['sign', '+3\r\nabc'],
    ['prefix', '0x3\r\nabc'],
    ['space', ' 3\r\nabc'],
    ['huge size', 'ffffffffffffffffff\r\n'],
    ['bare LF', '3\nabc'],
    ['bare CR', '3\rabc'],
    ['data too long', '3\r\nabcd\r\n'],
    ['long extension', `3;${'a'.repeat(2000)}`],
    ['endless trailer', `0\r\n${'X: y\r\n'.repeat(3000)}`],
  ])('refuses %s', (_name, body) => {
    expect(decodeInPieces(toBytes(body), body.length).kind).toBe('invalid');
    expect(decodeInPieces(toBytes(body), 1).kind).toBe('invalid');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void createChunkedDecoder().decode(bytes)));
  });
});
