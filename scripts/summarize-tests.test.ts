import { describe, expect, it } from 'vitest';
import { sumReports } from './summarize-tests.ts';

const file = (status: string, ...tests: string[]) => ({
  testResults: [
    { name: 'x.test.ts', status, assertionResults: tests.map((s) => ({ status: s, fullName: s })) },
  ],
});

describe('sumReports', () => {
  it.each([
    [
      'adds up',
      [file('passed', 'passed', 'skipped'), file('passed', 'passed')],
      { passed: 2, failed: 0, skipped: 1 },
    ],
    ['counts a failed test once', [file('failed', 'failed', 'passed')], { passed: 1, failed: 1, skipped: 0 }],
    ['counts a file that could not be loaded', [file('failed')], { passed: 0, failed: 1, skipped: 0 }],
    [
      'counts a failed hook beside skipped tests',
      [file('failed', 'skipped')],
      { passed: 0, failed: 1, skipped: 1 },
    ],
    ['counts a missing report', [undefined], { passed: 0, failed: 1, skipped: 0 }],
  ])('%s', (_, reports, sum) => {
    expect(sumReports(reports, () => undefined)).toEqual(sum);
  });
});
