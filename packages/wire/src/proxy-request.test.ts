import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProxyRequestDecoder, decodeProxyRequest, MAX_HEAD_BYTES } from './proxy-request.ts';
import vectors from './vectors/proxy-request.json' with { type: 'json' };

const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** Feeds in pieces and gives the first result that is not `more`. */
function decodeInPieces(bytes: Uint8Array, size: number) {
  const decoder = createProxyRequestDecoder();
  let used = 0;
  while (used < bytes.length) {
    const result = decoder.decode(bytes.subarray(used, used + size));
    if (result.kind !== 'more') return result;
    used += size;
  }
  return { kind: 'more' as const };
}

describe('decodeProxyRequest', () => {
  it.each(vectors.good)('reads $head', (vector) => {
    const result = decodeProxyRequest(toBytes(vector.head));
    if (result.kind !== 'request') throw new Error(JSON.stringify(result));
    expect(result.request).toMatchObject({
      kind: vector.kind,
      target: { host: vector.host, port: vector.port },
      ...(vector.path !== undefined && { path: vector.path }),
    });
    expect(result.bytes).toBe(vector.head.length);
  });

  it.each(vectors.bad)('refuses %s', (_name, head = '') => {
    const bytes = toBytes(head);
    for (const size of [bytes.length, 1, 7])
      expect(decodeInPieces(bytes, size)).toMatchObject({ kind: 'invalid', status: 400 });
  });

  it('hands back what came behind the head', () => {
    const result = decodeProxyRequest(toBytes('CONNECT a.b:443 HTTP/1.1\r\nHost: a\r\n\r\nearly\r\n'));
    expect(result.kind === 'request' && String.fromCharCode(...result.rest)).toBe('early\r\n');
  });

  it('bounds the size of a head and the number of its lines', () => {
    const start = 'GET http://a.b/ HTTP/1.1\r\nHost: a\r\n';
    expect(decodeProxyRequest(toBytes(`${start}X: ${'a'.repeat(MAX_HEAD_BYTES)}`))).toMatchObject({
      status: 431,
    });
    expect(decodeProxyRequest(toBytes(start + 'X: a\r\n'.repeat(200)))).toMatchObject({ status: 431 });
    expect(decodeProxyRequest(toBytes(`${start + 'X: a\r\n'.repeat(99)}\r\n`))).toMatchObject({
      kind: 'request',
    });
  });

  it.each([
    'GET http://user:hunter2@a.example/ HTTP/1.1',
    'CONNECT user:hunter2@a.example:443 HTTP/1.1',
    'CONNECT http://user:hunter2@a.example:443 HTTP/1.1',
    'GET ftp://user:hunter2@a.example/ HTTP/1.1',
  ])('repeats no password: %s', (line) => {
    const result = decodeProxyRequest(toBytes(`${line}\r\nHost: a\r\n\r\n`));
    expect(result).toMatchObject({ kind: 'invalid', problem: expect.stringContaining('@a.example') });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('gives the same answer however a head is cut, and never throws', () => {
    const piece = fc.constantFrom(
      'CONNECT ',
      'GET ',
      'http://',
      'a.b',
      ':443',
      '[::1]',
      ' HTTP/1.1',
      '\r\n',
      '\r',
      '\n',
      'Host: a',
      '\0',
      '@',
      '%41',
      ' ',
      '\t',
      'é',
    );
    const text = fc.oneof(
      fc.array(piece).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...vectors.good.map((v) => v.head)),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (head, size) => {
        const bytes = toBytes(head);
        const whole = bytes.length === 0 ? { kind: 'more' } : decodeProxyRequest(bytes);
        const pieces = decodeInPieces(bytes, size);
        expect({ ...pieces, rest: undefined }).toEqual({ ...whole, rest: undefined });
      }),
      { numRuns: 500 },
    );
  });
});
