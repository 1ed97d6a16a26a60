import { describe, expect, it } from 'vitest';
import { parseHostPattern } from './host-pattern.ts';
import { hasOverlap } from './overlap.ts';

describe('hasOverlap', () => {
  it.each([
    ['a.example', 'a.example', true],
    ['a.example', 'b.example', false],
    ['a.example', 'a.example:5000', false],
    ['*.example', 'a.example', true],
    ['*.example', 'b.a.example', false],
    ['**.example', 'b.a.example', true],
    ['*.example', '*.example', true],
    ['*.example', '**.example', true],
    ['*.example', '*.a.example', false],
    ['*.example', '**.a.example', false],
    ['**.example', '*.a.example', true],
    ['**.example', '**.a.example', true],
    ['**.example', '**.xexample', false],
    ['*.example', '*.example:80', false],
    ['**', '*.example', true],
    ['**', 'a.example:5000', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(hasOverlap(parseHostPattern(a), parseHostPattern(b))).toBe(expected);
    expect(hasOverlap(parseHostPattern(b), parseHostPattern(a))).toBe(expected);
  });
});
