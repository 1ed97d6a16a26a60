import { arbitraryRepository } from '@pullgate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { type GoodPattern, loadVectors, splitVectors } from '../test/vectors.ts';
import { parseRepository } from './repository.ts';
import { matchRepository, parseRepositoryPattern } from './repository-pattern.ts';

const { good, bad } = splitVectors<GoodPattern>(loadVectors('repository-patterns'));

const segment = fc.constantFrom('a', 'b', 'a.b');
const smallRepository = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((segments) => parseRepository(segments.join('/')));
const patternText = fc
  .tuple(fc.array(fc.oneof(segment, fc.constant('*')), { maxLength: 4 }), fc.constantFrom('a', '*', '**'))
  .map(([segments, last]) => [...segments, last].join('/'));

/** Eats one segment after the other, trying every length for `**`. */
function matchNaively(want: readonly string[], have: readonly string[]): boolean {
  const [first, ...rest] = want;
  if (first === undefined || have.length === 0) return first === undefined && have.length === 0;
  if (first === '**') return have.some((_, i) => matchNaively(rest, have.slice(i + 1)));
  return (first === '*' || first === have[0]) && matchNaively(rest, have.slice(1));
}

describe('parseRepositoryPattern', () => {
  it.each(good)('$text: $why', ({ text, matches, misses }) => {
    const pattern = parseRepositoryPattern(text);
    expect(pattern.text).toBe(text);
    expect(matches.filter((name) => !matchRepository(pattern, parseRepository(name)))).toEqual([]);
    expect(misses.filter((name) => matchRepository(pattern, parseRepository(name)))).toEqual([]);
  });

  it.each(bad)('$text is $code: $why', ({ text, code }) => {
    expect(thrownCode(() => parseRepositoryPattern(text))).toBe(code);
  });

  it.each([
    ['a/b', ['a', 'b'], 'none'],
    ['a/*', ['a', '*'], 'one'],
    ['*/b', ['*', 'b'], 'none'],
    ['a/**', ['a', '**'], 'many'],
    ['**', ['**'], 'many'],
  ])('takes %s apart', (text, segments, tail) => {
    expect(parseRepositoryPattern(text)).toEqual({ text, segments, tail });
  });

  it('takes every repository as a pattern for itself', () => {
    fc.assert(
      fc.property(arbitraryRepository(), (repository) => {
        expect(matchRepository(parseRepositoryPattern(repository), repository)).toBe(true);
      }),
    );
  });

  it('throws nothing but its own error', () => {
    const crooked = fc
      .array(fc.constantFrom('*', '/', 'a', 'A', '.', '-', ':', 'é', '\n'), { maxLength: 12 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(crooked, (text) => {
        thrownCode(() => parseRepositoryPattern(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('matchRepository', () => {
  it('agrees with trying every way', () => {
    fc.assert(
      fc.property(patternText, smallRepository, (text, repository) => {
        const expected = matchNaively(text.split('/'), repository.split('/'));
        expect(matchRepository(parseRepositoryPattern(text), repository)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });
});
