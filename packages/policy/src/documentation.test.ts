import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compilePolicy,
  formatPolicy,
  POLICY_PROBLEM_CODES,
  POLICY_WARNING_CODES,
  parsePolicy,
  runPolicyTests,
} from './index.ts';

const page = readFileSync(new URL('../../../docs/reference/policy.md', import.meta.url), 'utf8');
const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];

/** Codes in the first column of the table below a heading. */
function codesBelow(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map((match) => match[1] ?? ''),
  );
}

describe('docs/reference/policy.md', () => {
  it('has an example that parses, and whose tests pass', () => {
    const document = parsePolicy(yaml);
    expect(document.registries.map(({ id }) => id)).toEqual(['hub', 'artifactory', 'ecr']);
    expect(
      runPolicyTests(compilePolicy({ document, revision: 1, profiles: [] })).map(({ pass }) => pass),
    ).toEqual([true, true]);
    expect(parsePolicy(formatPolicy(document))).toEqual(document);
  });

  it('names every code, and none that does not exist', () => {
    expect(codesBelow('Problems').toSorted()).toEqual([...POLICY_PROBLEM_CODES].toSorted());
    expect(codesBelow('Before publishing').toSorted()).toEqual([...POLICY_WARNING_CODES].toSorted());
  });
});
