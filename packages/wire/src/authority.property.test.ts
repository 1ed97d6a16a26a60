import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAuthority, parseAuthority } from './authority.ts';

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);
/** A last label of letters: names of numbers alone are refused. */
const name = fc.tuple(fc.array(label, { maxLength: 3 }), fc.stringMatching(/^[a-z]{2,8}$/));
const port = fc.integer({ min: 1, max: 65_535 });

describe('an authority', () => {
  it('is its own second reading: what is formatted is parsed as the same', () => {
    const text = fc.oneof(
      fc.tuple(name, port).map(([[labels, last], number]) => `${[...labels, last].join('.')}:${number}`),
      fc.tuple(fc.ipV4(), port).map(([address, number]) => `${address}:${number}`),
      fc.tuple(fc.ipV6(), port).map(([address, number]) => `[${address}]:${number}`),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (asked) => {
        const first = parseAuthority(asked);
        if (!first.ok) return;
        expect(parseAuthority(formatAuthority(first.authority))).toEqual(first);
        expect(parseAuthority(formatAuthority(first.authority, 443), 443)).toEqual(first);
      }),
      { numRuns: 2000 },
    );
  });

  it('has names in one spelling: no case, and no dot at the end', () => {
    fc.assert(
      fc.property(name, port, ([labels, last], number) => {
        const host = [...labels, last].join('.');
        const expected = { ok: true, authority: { kind: 'name', host, port: number } };
        expect(parseAuthority(`${host.toUpperCase()}:${number}`)).toEqual(expected);
        expect(parseAuthority(`${host}.:${number}`)).toEqual(expected);
      }),
    );
  });

  it('is refused without throwing whatever else is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const parsed = parseAuthority(text);
        if (parsed.ok) expect(parsed.authority.host).toMatch(/^[a-z0-9._:-]+$/);
      }),
      { numRuns: 2000 },
    );
  });
});
