/** Reads digests, tags and repositories a second time, one character after the other, and compares with what is parsed. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDigest } from './digest.ts';
import { parseRepository } from './repository.ts';
import { parseTag } from './tag.ts';

const isLetter = (c: string): boolean => c >= 'a' && c <= 'z' && c.length === 1;
const isDigit = (c: string): boolean => c >= '0' && c <= '9' && c.length === 1;
const isCapital = (c: string): boolean => c >= 'A' && c <= 'Z' && c.length === 1;

function isDigestSlowly(text: string): boolean {
  const sizes: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
  const [algorithm = '', hex = '', ...more] = text.split(':');
  if (more.length > 0 || !Object.hasOwn(sizes, algorithm) || hex.length !== sizes[algorithm]) return false;
  return [...hex].every((c) => isDigit(c) || (c >= 'a' && c <= 'f'));
}

function isTagSlowly(text: string): boolean {
  const isWord = (c: string): boolean => isLetter(c) || isCapital(c) || isDigit(c) || c === '_';
  const [first = '', ...rest] = [...text];
  return text.length <= 128 && isWord(first) && rest.every((c) => isWord(c) || c === '.' || c === '-');
}

function isRepositorySlowly(text: string): boolean {
  return text.length <= 255 && text.split('/').every(isSegmentSlowly);
}

/** Runs of letters and digits with one separator between each two. */
function isSegmentSlowly(segment: string): boolean {
  const separators: string[] = [];
  let isInWord = false;
  for (const c of segment) {
    const isWord = isLetter(c) || isDigit(c);
    if (!isWord && !'._-'.includes(c)) return false;
    if (isWord) isInWord = true;
    else if (isInWord || separators.length === 0) {
      if (!isInWord) return false;
      separators.push(c);
      isInWord = false;
    } else separators[separators.length - 1] += c;
  }
  return (
    isInWord &&
    separators.every((s) => s === '.' || s === '_' || s === '__' || [...s].every((c) => c === '-'))
  );
}

function parses(parse: (text: string) => string, text: string): boolean {
  try {
    return parse(text) === text;
  } catch {
    return false;
  }
}

const characters = fc.string({ unit: fc.constantFrom(...'aZ09_.-/:f\n \u0000\u00e9\u0130%'), maxLength: 12 });
const names = fc
  .array(fc.constantFrom('a', 'b1', '.', '_', '__', '___', '-', '---', '/', 'A', '..', '_-'), {
    maxLength: 10,
  })
  .map((parts) => parts.join(''));
const long = fc
  .tuple(fc.constantFrom('a', 'A', '_', '-', '0'), fc.integer({ min: 120, max: 262 }))
  .map(([unit, size]) => `a${unit.repeat(size)}`);
const digests = fc
  .tuple(
    fc.constantFrom(
      'sha256',
      'sha384',
      'sha512',
      'SHA256',
      'sha1',
      'constructor',
      '__proto__',
      'sha256+b64',
      '',
    ),
    fc.constantFrom(':', '::', '', ':0x', '@'),
    fc.constantFrom('a', '0', 'F', 'g', '\u0430'),
    fc.constantFrom(0, 32, 63, 64, 65, 96, 128, 129),
    fc.constantFrom('', '\n', ' ', ':a'),
  )
  .map(([algorithm, mark, unit, size, end]) => `${algorithm}${mark}${unit.repeat(size)}${end}`);

describe('what is parsed, read a second time', () => {
  it.each<[string, (text: string) => string, (text: string) => boolean]>([
    ['a digest', parseDigest, isDigestSlowly],
    ['a tag', parseTag, isTagSlowly],
    ['a repository', parseRepository, isRepositorySlowly],
  ])('is %s exactly where it was one', (_, parse, isSlowly) => {
    fc.assert(
      fc.property(fc.oneof(characters, names, long, digests), (text) => {
        expect([text, parses(parse, text)]).toEqual([text, isSlowly(text)]);
      }),
      { numRuns: 30_000 },
    );
  });
});
