import { arbitraryReference } from '@pullgate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { type BadVector, type GoodReference, loadVectors } from '../test/vectors.ts';
import { REFERENCE_ERROR_CODES } from './error.ts';
import { formatFamiliarReference, formatReference, parseReference } from './reference.ts';

const good = loadVectors<GoodReference>('references-good');
const bad = loadVectors<BadVector>('references-bad');

/** Text made of what the grammar is made of, so that hostile input comes close to valid. */
const crookedText = fc
  .array(
    fc.constantFrom(
      'a',
      'A',
      '0',
      '.',
      ':',
      '/',
      '@',
      '-',
      '_',
      '[',
      ']',
      'docker.io',
      'sha256:',
      '443',
      '*',
      'é',
      '\n',
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(''));
const anyText = fc.oneof(crookedText, fc.string({ unit: 'binary', maxLength: 60 }));

describe('parseReference', () => {
  it.each(good)('$text is $canonical: $why', ({ text, canonical, familiar }) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(canonical);
    expect(formatFamiliarReference(reference)).toBe(familiar);
  });

  it.each(bad)('$text is $code: $why', ({ text, code }) => {
    expect(thrownCode(() => parseReference(text))).toBe(code);
  });

  it('has a vector for every code that references can have', () => {
    const codes = REFERENCE_ERROR_CODES.filter((code) => !code.endsWith('_PATTERN_INVALID'));
    expect(new Set(bad.map((row) => row.code))).toEqual(new Set(codes));
  });

  it('drops the tag when there is a digest', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(parseReference(`a:1@${digest}`)).toEqual({
      registry: 'docker.io',
      repository: 'library/a',
      digest,
    });
  });

  it('keeps credentials out of its messages', () => {
    for (const text of [
      'user:hunter2@ghcr.io/a',
      'https://user:hunter2@ghcr.io/a',
      'hunter2@ghcr.io:443/a',
    ]) {
      expect(() => parseReference(text)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
      );
    }
  });

  it('throws nothing but its own error', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        thrownCode(() => parseReference(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('normalizes in one step: what it accepts, it reads back the same in both forms', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (typeof thrownCode(() => parseReference(text)) === 'string') return;
        const reference = parseReference(text);
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseReference(formatFamiliarReference(reference))).toEqual(reference);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads back every reference it formats', () => {
    fc.assert(
      fc.property(arbitraryReference(), (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseReference(formatFamiliarReference(reference))).toEqual(reference);
      }),
    );
  });

  it('gives one registry however the case of the host is written', () => {
    fc.assert(
      fc.property(arbitraryReference(), (reference) => {
        const { registry } = reference;
        const text = formatReference(reference);
        const host = text.slice(0, text.indexOf('/'));
        expect(parseReference(host.toUpperCase() + text.slice(host.length)).registry).toBe(registry);
      }),
    );
  });

  it('never hands out a host that is empty, in upper case, on 443 or with a trailing dot', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (typeof thrownCode(() => parseReference(text)) === 'string') return;
        expect(parseReference(text).registry).toMatch(/^[^A-Z\s]*[^.\s](?<!:443)$/);
      }),
      { numRuns: 2000 },
    );
  });
});
