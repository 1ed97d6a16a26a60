import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { document } from '../test/arbitraries.ts';
import {
  diffPolicies,
  formatPolicy,
  MAX_POLICY_BYTES,
  PolicyError,
  type PolicyProblem,
  parsePolicy,
  validatePolicy,
} from './index.ts';

const HEAD = 'version: 1\norganization: acme\n';

function problemsOf(parse: () => unknown): readonly PolicyProblem[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  return [];
}

const placesOf = (text: string, format: 'yaml' | 'json' = 'yaml') =>
  problemsOf(() => parsePolicy(text, { format })).map(({ code, path }) => `${code} ${path}`.trim());

const entry = (fields: string) =>
  `${HEAD}registries:\n  - { id: a, registry: r.example.com, allow: [pull, push], ${fields} }\n`;

describe('parsePolicy', () => {
  const bad: readonly [string, string, readonly string[]][] = [
    ['nothing', '', ['WRONG_TYPE', 'MISSING_KEY version', 'MISSING_KEY organization']],
    ['a list', '[]', ['WRONG_TYPE', 'MISSING_KEY version', 'MISSING_KEY organization']],
    ['no YAML', `${HEAD}mode: "`, ['SYNTAX']],
    ['two documents', `${HEAD}---\n${HEAD}`, ['SYNTAX']],
    ['another version', 'version: 2\norganization: acme', ['BAD_VALUE version']],
    ['a version as text', 'version: "1"\norganization: acme', ['BAD_VALUE version']],
    ['an organization that is no slug', 'version: 1\norganization: Acme Inc', ['BAD_ID organization']],
    ['an unknown key', `${HEAD}registrys: []`, ['UNKNOWN_KEY registrys']],
    ['a duplicate key', `${HEAD}mode: off\nmode: enforce`, ['DUPLICATE_KEY mode']],
    ['a duplicate key below', entry('name: a, name: b'), ['DUPLICATE_KEY registries[0].name']],
    ['an anchor', `${HEAD}registries: &a []`, ['ALIAS_REFUSED registries']],
    ['an alias', `${HEAD}registries: &a []\ndeny: *a`, ['ALIAS_REFUSED registries', 'ALIAS_REFUSED deny']],
    ['a merge key', `${HEAD}<<: { mode: off }`, ['UNKNOWN_KEY "<<"']],
    ['a known tag', `${HEAD}mode: !!str off`, ['TAG_REFUSED mode']],
    ['an unknown tag', `${HEAD}mode: !evil off`, ['TAG_REFUSED']],
    ['a key that is no text', `${HEAD}1: 2`, ['WRONG_TYPE']],
    ['a key of Object.prototype', `${HEAD}__proto__: { mode: off }`, ['UNKNOWN_KEY __proto__']],
    ['an unknown mode', `${HEAD}mode: enforced`, ['BAD_VALUE mode']],
    ['an unknown mode of a team', `${HEAD}mode: { teams: { red: strict } }`, ['BAD_VALUE mode.teams.red']],
    ['entries that are no list', `${HEAD}registries: {}`, ['WRONG_TYPE registries']],
    [
      'an entry that is text',
      `${HEAD}registries: [docker.io]`,
      [
        'WRONG_TYPE registries[0]',
        'MISSING_KEY registries[0].id',
        'MISSING_KEY registries[0].registry',
        'MISSING_KEY registries[0].allow',
      ],
    ],
    [
      'an entry without allow',
      `${HEAD}registries: [{ id: a, registry: r.example.com }]`,
      ['MISSING_KEY registries[0].allow'],
    ],
    [
      'an unknown action',
      `${HEAD}registries: [{ id: a, registry: r.example.com, allow: [pull, pul] }]`,
      ['BAD_VALUE registries[0].allow[1]'],
    ],
    [
      'a bad host',
      `${HEAD}registries: [{ id: a, registry: "https://r.example.com", allow: [] }]`,
      ['BAD_HOST registries[0].registry'],
    ],
    [
      'a star inside a host',
      `${HEAD}registries: [{ id: a, registry: "r.*.com", allow: [] }]`,
      ['BAD_HOST registries[0].registry'],
    ],
    [
      'an id given twice',
      `${HEAD}registries: [{ id: a, registry: r.example.com, allow: [] }]\ndeny: [{ id: a, registry: docker.io }]`,
      ['DUPLICATE_ID deny[0].id'],
    ],
    ['an id that is no slug', `${HEAD}deny: [{ id: -a, registry: docker.io }]`, ['BAD_ID deny[0].id']],
    ['an empty list of limits', entry('repositories: []'), ['EMPTY_LIST registries[0].repositories']],
    [
      'a bad repository',
      entry('repositories: ["a/**/b", "A"]'),
      ['BAD_REPOSITORY registries[0].repositories[0]', 'BAD_REPOSITORY registries[0].repositories[1]'],
    ],
    ['a bad tag', entry('tags: ["a b"]'), ['BAD_TAG registries[0].tags[0]']],
    ['a tag that YAML reads as a number', entry('tags: [1.10]'), ['WRONG_TYPE registries[0].tags[0]']],
    ['a bad digest', entry('digests: ["sha256:abc"]'), ['BAD_DIGEST registries[0].digests[0]']],
    ['a bad team', entry('teams: ["two words"]'), ['BAD_ID registries[0].teams[0]']],
    ['insecure as text', entry('insecure: "yes"'), ['WRONG_TYPE registries[0].insecure']],
    [
      'a mirror of a pattern',
      entry('mirrorOf: { registry: "*.io" }'),
      ['BAD_HOST registries[0].mirrorOf.registry'],
    ],
    [
      'a bad prefix',
      entry('mirrorOf: { registry: docker.io, prefix: "/hub" }'),
      ['BAD_REPOSITORY registries[0].mirrorOf.prefix'],
    ],
    ['a name that looks like another', entry('name: "\\u202egpj.exe"'), ['BAD_TEXT registries[0].name']],
    ['a reason that turns around', entry('because: "\\u2066x\\u2069"'), ['BAD_TEXT registries[0].because']],
    ['a reason of two lines', entry('because: "a\\nb"'), ['BAD_TEXT registries[0].because']],
    [
      'every registry, enforced',
      `${HEAD}registries: [{ id: a, registry: "**", allow: [pull, push] }]`,
      ['BARE_WILDCARD registries[0].registry'],
    ],
    [
      'every registry, enforced for one team',
      `${HEAD}mode: { default: observe, teams: { red: enforce } }\nregistries: [{ id: a, registry: "**", allow: [pull, push] }]`,
      ['BARE_WILDCARD registries[0].registry'],
    ],
    [
      'a deep rule over a wildcard',
      `${HEAD}registries: [{ id: a, registry: "*.example.com", allow: [pull] }]`,
      ['DEEP_WILDCARD registries[0]'],
    ],
    [
      'a deep denial over a wildcard',
      `${HEAD}deny: [{ id: a, registry: "**.example.com", repositories: [x] }]`,
      ['DEEP_WILDCARD deny[0]'],
    ],
    ['a duration without a unit that exists', `${HEAD}offlineLimit: 7w`, ['BAD_DURATION offlineLimit']],
    ['a duration of nothing', `${HEAD}sessionOfflineLimit: 0`, ['BAD_DURATION sessionOfflineLimit']],
    [
      'one limit under two names',
      `${HEAD}offlineLimit: 7d\npolicyOfflineLimit: 7d`,
      ['DUPLICATE_KEY offlineLimit'],
    ],
    ['a contact beyond ASCII', `${HEAD}contact: { message: "Frag München" }`, ['BAD_TEXT contact.message']],
    ['a contact with a script', `${HEAD}contact: { url: "javascript:alert(1)" }`, ['BAD_VALUE contact.url']],
    [
      'a contact that is too long',
      `${HEAD}contact: { message: ${'m'.repeat(80)}, url: "https://example.com/${'u'.repeat(60)}" }`,
      ['BAD_TEXT contact'],
    ],
    [
      'a bad address',
      `${HEAD}addresses: [10.0.0.0/33, host, "::1/129", 10.0.0.1]`,
      ['BAD_ADDRESS addresses[0]', 'BAD_ADDRESS addresses[1]', 'BAD_ADDRESS addresses[2]'],
    ],
    [
      'a test of two actions',
      `${HEAD}tests: [{ pull: alpine, push: alpine, expect: deny }]`,
      ['BAD_VALUE tests[0]'],
    ],
    ['a test without expectation', `${HEAD}tests: [{ pull: alpine }]`, ['MISSING_KEY tests[0].expect']],
    [
      'a test of a bad reference',
      `${HEAD}tests: [{ pull: "A/B:::", expect: deny }]`,
      ['BAD_REFERENCE tests[0].pull'],
    ],
    ['a url rule that is no host', `${HEAD}urls: { allow: ["https://x"] }`, ['BAD_HOST urls.allow[0]']],
  ];

  it.each(bad)('refuses %s', (_, text, expected) => {
    expect(placesOf(text)).toEqual(expected);
  });

  it('reports everything at once, each with line and column', () => {
    const text = `version: 1\norganization: acme\nmode: strict\nregistries:\n  - id: a\n    registri: docker.io\n    allow: [pull, shove]\n`;
    expect(problemsOf(() => parsePolicy(text))).toMatchObject([
      { code: 'BAD_VALUE', path: 'mode', line: 3, column: 7 },
      { code: 'MISSING_KEY', path: 'registries[0].registry', line: 5, column: 5 },
      {
        code: 'UNKNOWN_KEY',
        path: 'registries[0].registri',
        line: 6,
        column: 5,
        message: expect.stringContaining('"registry"'),
      },
      { code: 'BAD_VALUE', path: 'registries[0].allow[1]', line: 7, column: 19 },
    ]);
  });

  it('bounds the number of problems', () => {
    const problems = problemsOf(() => validatePolicy({ registries: Array.from({ length: 5000 }, () => 1) }));
    expect(problems.length).toBeLessThan(1100);
    expect(problems.map(({ code }) => code)).toContain('TOO_MANY_PROBLEMS');
  });

  it.each([
    ['mistakes of syntax', `${HEAD}tests: [${','.repeat(5000)}]`],
    ['keys given twice', `${HEAD}${'k:\n'.repeat(5000)}`],
    ['anchors', `${HEAD}tests: [${'&a 1,'.repeat(5000)}]`],
    ['keys that are no text', `${HEAD}${'1:\n'.repeat(5000)}`],
  ])('bounds the number of %s', (_what, text) => {
    const limit = Error.stackTraceLimit;
    expect(problemsOf(() => parsePolicy(text)).length).toBeLessThan(1100);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  const hostile: readonly [string, string, string][] = [
    ['10 MB', `${HEAD}# ${'x'.repeat(10_000_000)}`, 'POLICY_TOO_LARGE'],
    ['just too much in bytes', `# ${'ü'.repeat(MAX_POLICY_BYTES / 2)}`, 'POLICY_TOO_LARGE'],
    ['flow lists of depth 10,000', '['.repeat(10_000), 'POLICY_SYNTAX'],
    ['closed flow lists of depth 10,000', '['.repeat(10_000) + ']'.repeat(10_000), 'POLICY_SYNTAX'],
    ['maps of depth 10,000', `${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}`, 'POLICY_SYNTAX'],
    ['block lists of depth 10,000', '- '.repeat(10_000), 'POLICY_SYNTAX'],
    ['keys of depth 10,000', '? '.repeat(10_000), 'POLICY_SYNTAX'],
    [
      'an alias bomb',
      `a: &a [x, x]\n${Array.from({ length: 30 }, (_, n) => `k${n}: &k${n} [*${n === 0 ? 'a' : `k${n - 1}`}, *${n === 0 ? 'a' : `k${n - 1}`}]`).join('\n')}`,
      'POLICY_INVALID',
    ],
    ['20,000 keys', Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n'), 'POLICY_INVALID'],
  ];

  it.each(hostile)('survives %s', (_, text, code) => {
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code }));
  });

  it('reads JSON as JSON, with places', () => {
    expect(placesOf('{"version": 1, "organization": "acme",}', 'json')).toEqual(['SYNTAX']);
    expect(placesOf('version: 1\norganization: acme', 'json')).toEqual(['SYNTAX']);
    expect(
      placesOf('{\n\t"version": 1,\n\t"organization": "acme",\n\t"mode": "off",\n\t"mode": "off"\n}', 'json'),
    ).toEqual(['DUPLICATE_KEY mode']);
    expect(placesOf(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'json')).toEqual(['TOO_DEEP']);
    expect(parsePolicy('{\n\t"version": 1,\r\n\t"organization": "acme"\n}', { format: 'json' })).toEqual(
      parsePolicy(HEAD),
    );
  });

  it('fills in defaults: enforce, no registries, unknown hosts denied, a week of session', () => {
    expect(parsePolicy(HEAD)).toEqual({
      version: 1,
      organization: 'acme',
      mode: { default: 'enforce', teams: {} },
      contact: {},
      sessionOfflineLimit: 604_800,
      registries: [],
      deny: [],
      urls: { default: 'deny', allow: [], deny: [] },
      addresses: [],
      tests: [],
    });
  });

  it('accepts every registry in mode observe, and with force', () => {
    const rule = 'registries: [{ id: a, registry: "**", allow: [pull, push] }]';
    expect(placesOf(`${HEAD}mode: observe\n${rule}`)).toEqual([]);
    expect(problemsOf(() => parsePolicy(`${HEAD}${rule}`, { force: true }))).toEqual([]);
  });

  it('never fails but by its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        problemsOf(() => parsePolicy(text));
        problemsOf(() => parsePolicy(text, { format: 'json' }));
      }),
    );
    fc.assert(fc.property(fc.anything(), (value) => void problemsOf(() => validatePolicy(value))));
  });
});

describe('formatPolicy', () => {
  it('is read back as the same document', () => {
    fc.assert(
      fc.property(document, (policy) => {
        expect(parsePolicy(formatPolicy(policy), { force: true })).toEqual(policy);
      }),
    );
  });

  it('formats what it formatted to the same text', () => {
    fc.assert(
      fc.property(document, (policy) => {
        const text = formatPolicy(policy);
        expect(formatPolicy(parsePolicy(text, { force: true }))).toBe(text);
      }),
    );
  });

  it('writes as an owner would', () => {
    const text = `version: 1
organization: acme
mode: observe
policyOfflineLimit: 7d
registries:
  - id: hub
    registry: docker.io
    allow: [pull, push]
    tags: ["1.10", latest]
tests:
  - {pull: docker.io/library/alpine:3, expect: allow}
`;
    expect(formatPolicy(parsePolicy(text))).toBe(text);
  });
});

describe('validatePolicy', () => {
  it('accepts every document as a value', () => {
    fc.assert(
      fc.property(document, (policy) => {
        expect(validatePolicy(JSON.parse(JSON.stringify(policy)), { force: true })).toEqual(policy);
      }),
    );
  });

  it('gives paths without lines', () => {
    expect(problemsOf(() => validatePolicy({ version: 1, organization: 'acme', mode: 'x' }))).toEqual([
      { code: 'BAD_VALUE', path: 'mode', message: expect.any(String) },
    ]);
  });
});

describe('diffPolicies', () => {
  it('finds nothing between equals, and something between documents that differ but in order', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        expect(diffPolicies(a, JSON.parse(JSON.stringify(a)))).toEqual([]);
        expect(diffPolicies(a, { ...a, registries: a.registries.toReversed() })).toEqual([]);
        expect(diffPolicies(a, b).length === 0).toBe(formatPolicy(sorted(a)) === formatPolicy(sorted(b)));
      }),
    );
  });

  const sorted = (policy: ReturnType<typeof parsePolicy>): ReturnType<typeof parsePolicy> => ({
    ...policy,
    mode: { ...policy.mode, teams: Object.fromEntries(Object.entries(policy.mode.teams).toSorted()) },
    registries: policy.registries.toSorted((x, y) => x.id.localeCompare(y.id)),
    deny: policy.deny.toSorted((x, y) => x.id.localeCompare(y.id)),
  });

  it('words changes for people', () => {
    const before = parsePolicy(
      `${HEAD}registries:\n  - { id: hub, registry: docker.io, allow: [pull, push] }\n  - { id: old, registry: old.example.com, allow: [] }\n`,
    );
    const after = parsePolicy(
      `${HEAD}mode: observe\nregistries:\n  - { id: hub, registry: docker.io, allow: [pull], teams: [red] }\n  - { id: quay, registry: quay.io, allow: [pull], repositories: ["prometheus/**"] }\ndeny:\n  - { id: no, registry: docker.io, actions: [push], repositories: ["library/*"] }\n`,
    );
    expect(diffPolicies(before, after).map(({ op, path, text }) => `${op} ${path} | ${text}`)).toEqual([
      'edit /mode/default | ~ mode: enforce → observe',
      'edit /registries/hub | ~ hub   allow: pull, push → pull; teams: everyone → red',
      'add /registries/quay | + quay.io   pull   prometheus/**',
      'remove /registries/old | - old.example.com   blocked',
      'add /deny/no | + docker.io   denied push   library/*',
    ]);
  });
});
