import { globSync, readFileSync } from 'node:fs';
import { BUNDLE_ERROR_CODES } from '@pullgate/bundle';
import { CATALOG_ERROR_CODES, CATALOG_PROBLEM_CODES } from '@pullgate/catalog';
import {
  ALLOW_REASONS,
  DENY_REASONS,
  POLICY_ERROR_CODES,
  POLICY_PROBLEM_CODES,
  POLICY_WARNING_CODES,
} from '@pullgate/policy';
import { REFERENCE_ERROR_CODES } from '@pullgate/reference';
import { SIGN_IN_FILE_ERROR_CODES } from '@pullgate/required-sign-in';
import { describe, expect, it } from 'vitest';
import { AGENT_ERROR_CODES } from '../apps/agent/src/agent-error.ts';
import { INSTALL_ERROR_CODES } from '../apps/agent/src/install/install-error.ts';
import { PROXY_ERROR_CODES } from '../apps/agent/src/points/proxy/errors.ts';
import { CLI_ERROR_CODES } from '../apps/cli/src/cli-error.ts';
import { CONTROL_PLANE_ERROR_CODES } from '../apps/control-plane/src/errors.ts';
import { PROBLEMS } from '../apps/control-plane/src/http/problems.ts';

const OTHER = 'Codes inside other answers';
const UNIONS: Readonly<Record<string, readonly string[]>> = {
  Denials: DENY_REASONS,
  Allowances: ALLOW_REASONS,
  References: REFERENCE_ERROR_CODES,
  'Policy as a whole': POLICY_ERROR_CODES,
  'Problems of a policy': POLICY_PROBLEM_CODES,
  'Warnings before a publish': POLICY_WARNING_CODES,
  Catalog: [...CATALOG_ERROR_CODES, ...CATALOG_PROBLEM_CODES],
  Bundles: BUNDLE_ERROR_CODES,
  Agent: AGENT_ERROR_CODES,
  'Proxy point': PROXY_ERROR_CODES,
  Install: INSTALL_ERROR_CODES,
  'What enforces sign-in': SIGN_IN_FILE_ERROR_CODES,
  'Control plane': CONTROL_PLANE_ERROR_CODES,
  'The command': CLI_ERROR_CODES,
};

interface Row {
  readonly section: string;
  readonly code: string;
  readonly cells: readonly string[];
}

function parseRows(page: string): Row[] {
  return page.split(/^## /m).flatMap((part) => {
    const [section = '', ...lines] = part.split('\n');
    return lines.flatMap((line) => {
      const code = /^\| `([A-Z_]+)` \|/.exec(line)?.[1];
      const cells = line
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim());
      return code === undefined ? [] : [{ section, code, cells }];
    });
  });
}

/** What the page lacks, has twice, or still has. */
function compare(rows: readonly Row[], unions: Readonly<Record<string, readonly string[]>>): string[] {
  const documented = rows.map(({ section, code }) => `${section}: ${code}`);
  const real = Object.entries(unions).flatMap(([section, codes]) =>
    codes.map((code) => `${section}: ${code}`),
  );
  return [
    ...real.filter((entry) => !documented.includes(entry)).map((entry) => `missing ${entry}`),
    ...documented.filter((entry) => !real.includes(entry)).map((entry) => `stale ${entry}`),
    ...documented
      .filter((entry, index) => documented.indexOf(entry) !== index)
      .map((entry) => `twice ${entry}`),
  ];
}

/** Codes that are written out where an answer is made, and are of no union. */
function findLooseCodes(): string[] {
  const known = new Set(Object.values(UNIONS).flat());
  const sources = globSync('{apps,packages}/*/src/**/*.ts').filter((path) => !path.endsWith('.test.ts'));
  const found = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bcode: '([A-Z][A-Z_]+)'/g)].map((match) => match[1] ?? ''),
  );
  return [...new Set(found)].filter((code) => !known.has(code));
}

const rows = parseRows(readFileSync('docs/reference/errors.md', 'utf8'));

describe('docs/reference/errors.md', () => {
  it('has one row for every code, under its heading, and none for a code that is gone', () => {
    expect(compare(rows, { ...UNIONS, [OTHER]: findLooseCodes() })).toEqual([]);
  });

  it('says, explains and advises in every row', () => {
    const width = (section: string) => (section === 'Control plane' ? 4 : 3);
    const poor = rows.filter(({ section, cells }) => cells.length !== width(section) || cells.includes(''));
    expect(poor.map(({ code }) => code)).toEqual([]);
  });

  it('states the HTTP status of every code of the control plane', () => {
    const stated = rows.filter(({ section }) => section === 'Control plane');
    expect(Object.fromEntries(stated.map(({ code, cells }) => [code, Number(cells[0])]))).toEqual(
      Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status])),
    );
  });
});

describe('the comparison', () => {
  const page =
    '## Denials\n\n| code | says |\n|---|---|\n| `OLD` | x |\n| `BLOCKED` | x |\n| `BLOCKED` | x |\n';

  it('finds a missing row, a stale row and a row given twice', () => {
    expect(compare(parseRows(page), { Denials: ['BLOCKED', 'NOT_LISTED'] })).toEqual([
      'missing Denials: NOT_LISTED',
      'stale Denials: OLD',
      'twice Denials: BLOCKED',
    ]);
  });

  it('does not take a row under another heading', () => {
    expect(compare(parseRows(page), { Other: ['OLD'] })).toContain('missing Other: OLD');
  });
});
