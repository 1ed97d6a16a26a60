import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { document } from '../test/signed-fixtures.ts';
import { BundleError, contentHashOf, formatCanonicalJson } from './index.ts';

const shuffle = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffle);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffle(member)]),
  );
};

describe('formatCanonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, '': 0 }, '{"":0}'],
    [{ '\u20ac': 1, '\r': 2, '1': 3 }, '{"\\r":2,"1":3,"\u20ac":1}'],
    [-0, '0'],
    ['"\u000f\n', '"\\"\\u000f\\n"'],
  ])('formats %j', (value, expected) => {
    expect(formatCanonicalJson(value)).toBe(expected);
  });

  it('does not depend on the order of members, and keeps the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = formatCanonicalJson(value);
        expect(formatCanonicalJson(shuffle(value))).toBe(text);
        expect(formatCanonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('refuses what JSON cannot say, and depth', () => {
    const deep = JSON.parse('['.repeat(10_000) + ']'.repeat(10_000)) as unknown;
    for (const value of [Number.NaN, 1n, () => 1, [undefined], deep])
      expect(() => formatCanonicalJson(value)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    expect(() => formatCanonicalJson(Number.NaN)).toThrow(BundleError);
  });
});

describe('contentHashOf', () => {
  it('is one value for one content, whatever the order of members', () => {
    expect(contentHashOf(document, [])).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(contentHashOf(shuffle(document) as typeof document, [])).toBe(contentHashOf(document, []));
    expect(contentHashOf({ ...document, addresses: ['::1'] }, [])).not.toBe(contentHashOf(document, []));
  });
});
