import { describe, expect, it } from 'vitest';
import { formatCsvRow } from './csv.ts';

describe('a row of CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['', ''],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\r=1', '"\'\r=1"'],
    ['=HYPERLINK("http://evil.example","x")', '"\'=HYPERLINK(""http://evil.example"",""x"")"'],
    ['a=1', 'a=1'],
  ])('holds %j as %j', (cell, expected) => {
    expect(formatCsvRow(['first', cell])).toBe(`first,${expected}\r\n`);
  });

  it('leaves numbers and absent cells alone', () => {
    expect(formatCsvRow([-1, undefined, 0])).toBe('-1,,0\r\n');
  });
});
