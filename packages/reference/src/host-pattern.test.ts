import { arbitraryRegistryHost } from '@pullgate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { type GoodPattern, loadVectors, splitVectors } from '../test/vectors.ts';
import { formatHostPattern, matchHost, parseHostPattern } from './host-pattern.ts';
import { parseRegistryHost } from './registry-host.ts';
import type { HostPattern, RegistryHost } from './types.ts';

const { good, bad } = splitVectors<GoodPattern>(loadVectors('host-patterns'));

const labels = fc.array(fc.constantFrom('a', 'b', 'example'), { minLength: 1, maxLength: 4 });
const port = fc.constantFrom('', ':443', ':80', ':5000');
const smallHost = fc
  .tuple(labels, port)
  .map(([names, suffix]) => parseRegistryHost(names.join('.') + suffix));
const patternText = fc
  .tuple(fc.constantFrom('', '*.', '**.'), labels, port)
  .map(([stars, names, suffix]) => stars + names.join('.') + suffix);

/** Takes both apart into labels and compares from the right. */
function matchNaively(text: string, host: RegistryHost): boolean {
  if (text === '**') return true;
  const [patternName = '', patternPort = '443'] = text.split(':');
  const [name = '', hostPort = '443'] = host.split(':');
  const want = patternName.split('.').reverse();
  const have = name.split('.').reverse();
  const stars = want.at(-1);
  const fixed = stars?.startsWith('*') ? want.slice(0, -1) : want;
  const further = have.length - fixed.length;
  const lengthFits = stars === '*' ? further === 1 : stars === '**' ? further >= 1 : further === 0;
  return patternPort === hostPort && lengthFits && fixed.every((label, i) => label === have[i]);
}

describe('parseHostPattern', () => {
  it.each(good)('$text is $canonical: $why', ({ text, canonical, matches, misses, ...options }) => {
    const pattern = parseHostPattern(text, options);
    expect(formatHostPattern(pattern)).toBe(canonical);
    expect(matches.filter((host) => !matchHost(pattern, parseRegistryHost(host)))).toEqual([]);
    expect(misses.filter((host) => matchHost(pattern, parseRegistryHost(host)))).toEqual([]);
  });

  it.each(bad)('$text is $code: $why', ({ text, code }) => {
    expect(thrownCode(() => parseHostPattern(text))).toBe(code);
  });

  it('tells where stars may stand', () => {
    expect(() => parseHostPattern('a.*.example')).toThrow(
      expect.objectContaining({ hint: expect.any(String) }),
    );
  });

  it('leaves 443 out, so that equal patterns are equal values', () => {
    expect(parseHostPattern('*.a.example:443')).toEqual({
      kind: 'one',
      suffix: 'a.example',
    } satisfies HostPattern);
  });

  it('reads back what it formats', () => {
    fc.assert(
      fc.property(fc.oneof(patternText, arbitraryRegistryHost()), fc.boolean(), (text, insecure) => {
        const pattern = parseHostPattern(text, { insecure });
        expect(parseHostPattern(formatHostPattern(pattern))).toEqual(pattern);
      }),
    );
  });

  it('throws nothing but its own error', () => {
    const crooked = fc
      .array(fc.constantFrom('*', '**', '.', 'a', ':', '1', '[', ']', 'ü', '/', '\n'), { maxLength: 10 })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(crooked, (text) => {
        thrownCode(() => parseHostPattern(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('matchHost', () => {
  it('agrees with comparing label by label', () => {
    fc.assert(
      fc.property(fc.oneof(patternText, fc.constant('**')), smallHost, (text, host) => {
        expect(matchHost(parseHostPattern(text), host)).toBe(matchNaively(text, host));
      }),
      { numRuns: 5000 },
    );
  });
});
