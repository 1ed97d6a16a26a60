import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatArgon2, parseArgon2 } from './argon2-text.ts';

const SALT = 'c2FsdHNhbHRzYWx0c2FsdA';
const TAG = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const GOOD = `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${TAG}`;

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
const hashes = fc
  .record({
    lanes: fc.integer({ min: 1, max: 16 }),
    passes: fc.integer({ min: 1, max: 16 }),
    salt: bytes(8, 64),
    tag: bytes(16, 64),
  })
  .chain((rest) =>
    fc.integer({ min: 8 * rest.lanes, max: 100_000 }).map((memoryKiB) => ({ ...rest, memoryKiB })),
  );

describe('the text of an Argon2id hash', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(hashes, (hash) => {
        expect(parseArgon2(formatArgon2(hash))).toEqual(hash);
      }),
    );
  });

  it('has one spelling: whatever is read is written the same way again', () => {
    const letters = fc.constantFrom(...'$argon2idv=19mtp,+/Az0 \n-');
    const changed = fc
      .tuple(fc.nat(GOOD.length), fc.nat(2), fc.string({ unit: letters, maxLength: 3 }))
      .map(([at, gone, more]) => GOOD.slice(0, at) + more + GOOD.slice(at + gone));
    fc.assert(
      fc.property(changed, (text) => {
        let read: ReturnType<typeof parseArgon2>;
        try {
          read = parseArgon2(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INTERNAL' });
          return;
        }
        expect(formatArgon2(read)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['another algorithm', GOOD.replace('argon2id', 'argon2i')],
    ['another version', GOOD.replace('v=19', 'v=16')],
    ['no version', GOOD.replace('$v=19', '')],
    ['parameters in another order', GOOD.replace('m=19456,t=2', 't=2,m=19456')],
    ['a leading zero', GOOD.replace('t=2', 't=02')],
    ['a sign', GOOD.replace('t=2', 't=+2')],
    ['no pass', GOOD.replace('t=2', 't=0')],
    ['more memory than we spend', GOOD.replace('m=19456', 'm=999999')],
    ['more passes than we wait for', GOOD.replace('t=2', 't=17')],
    ['less memory than its lanes need', GOOD.replace('m=19456,t=2,p=1', 'm=15,t=2,p=2')],
    ['padding', `${GOOD}=`],
    ['the alphabet of addresses', GOOD.replace('AAAA', 'A_A-')],
    ['unused bits that are set', `${GOOD.slice(0, -1)}B`],
    ['a salt too short', GOOD.replace(SALT, 'c2FsdA')],
    ['a tag too short', GOOD.replace(TAG, 'AAAAAAAAAAAAAAAAAAAA')],
    ['a line after it', `${GOOD}\n`],
    ['a further part', `${GOOD}$AAAA`],
  ])('is refused with %s, and not cited', (_what, text) => {
    expect(() => parseArgon2(text)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    expect(() => parseArgon2(text)).not.toThrow(TAG.slice(0, 16));
  });
});
