/** Adds up vitest's JSON reports, names what failed or was skipped, and prints the one line that ends a run. */

import { existsSync, readFileSync } from 'node:fs';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

interface Sum {
  passed: number;
  failed: number;
  skipped: number;
}

/** A report that is missing or a file that could not even be loaded counts as a failure: silence must not pass. */
export function sumReports(reports: readonly (Report | undefined)[], print: (line: string) => void): Sum {
  const sum: Sum = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    if (report === undefined) {
      print('failed: a test run left no report');
      sum.failed++;
      continue;
    }
    for (const file of report.testResults) sumFile(file, sum, print);
  }
  return sum;
}

function sumFile(file: Report['testResults'][number], sum: Sum, print: (line: string) => void): void {
  if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
    print(`failed: ${file.name}: ${file.message ?? 'could not be loaded'}`);
    sum.failed++;
  }
  for (const test of file.assertionResults) {
    if (test.status === 'passed') sum.passed++;
    else if (test.status === 'failed') {
      print(`failed: ${test.fullName}`);
      sum.failed++;
    } else {
      print(`skipped: ${test.fullName}`);
      sum.skipped++;
    }
  }
}

function load(path: string): Report | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
}

if (import.meta.main) {
  const sum = sumReports(process.argv.slice(2).map(load), (line) => console.log(line));
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
