import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatColumns,
  formatCount,
  formatNumber,
  formatSeconds,
  formatShortDuration,
  parseDurationSeconds,
  toPrintable,
} from './wording.ts';

describe('wording', () => {
  it.each([
    [0, '0 s', 'just made'],
    [1_000, '1 s', '1 second old'],
    [59_999, '59 s', '59 seconds old'],
    [240_000, '4 min', '4 minutes old'],
    [7_200_000, '2 h', '2 hours old'],
    [86_400_000, '1 d', '1 day old'],
    [-5_000, '0 s', 'just made'],
  ])('puts %d ms into words', (durationMs, short, age) => {
    expect(formatShortDuration(durationMs)).toBe(short);
    expect(formatAge(durationMs)).toBe(age);
  });

  it('counts', () => {
    expect(formatCount(1, 'machine')).toBe('1 machine');
    expect(formatCount(1204, 'attempt')).toBe('1,204 attempts');
    expect(formatNumber(0)).toBe('0');
    expect(formatSeconds(204)).toBe('0.2 s');
  });

  it.each([
    ['90s', 90],
    ['15m', 900],
    ['24h', 86_400],
    ['7d', 604_800],
    ['2w', 1_209_600],
    ['0d', undefined],
    ['7', undefined],
    ['7 d', undefined],
    ['-1d', undefined],
    ['1.5h', undefined],
    ['99999999d', undefined],
  ])('reads %s', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it('aligns columns without blanks at the end', () => {
    expect(
      formatColumns([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toEqual(['a     bb', 'ccc   d    e']);
  });

  it('lets nothing through that moves the cursor of a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0x2ff).map((code) => String.fromCodePoint(code)) }), (text) => {
        expect(toPrintable(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
    expect(toPrintable('\u001b[2Jx\u202e')).toBe('?[2Jx?');
  });
});
