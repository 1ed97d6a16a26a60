import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectReplyResult, createConnectReplyDecoder } from './connect-reply.ts';

const decodeAll = (chunks: readonly Uint8Array[]): ConnectReplyResult => {
  const decoder = createConnectReplyDecoder();
  let rest = chunks;
  for (const chunk of chunks) {
    rest = rest.slice(1);
    const result = decoder.decode(chunk);
    if (result.kind === 'reply') return { ...result, rest: Buffer.concat([result.rest, ...rest]) };
    if (result.kind === 'invalid') return result;
  }
  return { kind: 'more' };
};

/** Cuts at every of these places. */
const split = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const places = fc.array(fc.nat(), { maxLength: 6 });
const phrase = fc.stringMatching(/^[ -~]{0,40}$/).map((text) => text.trim());
const field = fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,12}$/), fc.stringMatching(/^[!-~]{0,20}$/));

describe('a reply to CONNECT', () => {
  it('is the same however it is cut, and what stands behind it is kept', () => {
    const reply = fc.record({
      status: fc.integer({ min: 100, max: 599 }),
      phrase,
      fields: fc.array(field, { maxLength: 5 }),
      behind: fc.uint8Array({ maxLength: 64 }),
    });
    fc.assert(
      fc.property(reply, places, ({ status, phrase: text, fields, behind }, cuts) => {
        const lines = [`HTTP/1.1 ${status} ${text}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
        const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), behind]);
        const result = decodeAll(split(bytes, cuts));
        expect(result).toMatchObject({ kind: 'reply', status, phrase: text });
        if (result.kind === 'reply') expect(Buffer.from(result.rest)).toEqual(Buffer.from(behind));
      }),
    );
  });

  it('that is none is told as such, whatever it holds, and the same however it is cut', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ maxLength: 100 }).map((text) => Buffer.from(`${text}\r\n\r\n`)),
      fc.string({ maxLength: 100 }).map((text) => Buffer.from(`HTTP/1.1 ${text}\r\n\r\n`)),
    );
    fc.assert(
      fc.property(bytes, places, (some, cuts) => {
        const whole = decodeAll([some]);
        const parts = decodeAll(split(Buffer.from(some), cuts));
        expect(parts.kind).toBe(whole.kind);
        if (whole.kind === 'reply') expect(whole.status).toBeLessThan(600);
      }),
    );
  });
});
