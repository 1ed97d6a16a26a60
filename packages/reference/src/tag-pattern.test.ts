import { arbitraryTag } from '@pullgate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { type GoodPattern, loadVectors, splitVectors } from '../test/vectors.ts';
import { parseTag } from './tag.ts';
import { matchTag, parseTagPattern } from './tag-pattern.ts';

const { good, bad } = splitVectors<GoodPattern>(loadVectors('tag-patterns'));

const smallTag = fc
  .array(fc.constantFrom('a', 'b', '.'), { maxLength: 8 })
  .map((rest) => parseTag(`a${rest.join('')}`));
const patternText = fc
  .array(fc.constantFrom('a', 'b', '.', '*'), { maxLength: 8 })
  .map((rest) => `a${rest.join('')}`.replace(/\*+/g, '*'));

/** Tries, for each star, to take nothing or one character more. */
function matchNaively(want: string, have: string): boolean {
  if (want === '') return have === '';
  if (want[0] === '*')
    return matchNaively(want.slice(1), have) || (have !== '' && matchNaively(want, have.slice(1)));
  return want[0] === have[0] && matchNaively(want.slice(1), have.slice(1));
}

describe('parseTagPattern', () => {
  it.each(good)('$text: $why', ({ text, matches, misses }) => {
    const pattern = parseTagPattern(text);
    expect(matches.filter((tag) => !matchTag(pattern, parseTag(tag)))).toEqual([]);
    expect(misses.filter((tag) => matchTag(pattern, parseTag(tag)))).toEqual([]);
  });

  it.each(bad)('$text is $code: $why', ({ text, code }) => {
    expect(thrownCode(() => parseTagPattern(text))).toBe(code);
  });

  it('takes every tag as a pattern for itself', () => {
    fc.assert(
      fc.property(arbitraryTag(), (tag) => {
        expect(matchTag(parseTagPattern(tag), tag)).toBe(true);
      }),
    );
  });

  it('throws nothing but its own error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        thrownCode(() => parseTagPattern(text));
      }),
    );
  });
});

describe('matchTag', () => {
  it('agrees with trying every run', () => {
    fc.assert(
      fc.property(patternText, smallTag, (text, tag) => {
        expect(matchTag(parseTagPattern(text), tag)).toBe(matchNaively(text, tag));
      }),
      { numRuns: 5000 },
    );
  });
});
