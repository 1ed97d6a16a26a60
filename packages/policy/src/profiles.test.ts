import { parseHostPattern } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { document, grants, profiles, query } from '../test/arbitraries.ts';
import {
  compilePolicy,
  decide,
  diffPolicies,
  formatPolicy,
  type OwnProfile,
  type PolicyDocument,
  PolicyError,
  parsePolicy,
  type RegistryProfile,
  standingOf,
} from './index.ts';
import { isRegistry } from './judge.ts';

const CATALOG: readonly RegistryProfile[] = [
  {
    registry: 'quay.io',
    name: 'Quay',
    apiHosts: ['api.quay.io'],
    tokenHosts: [],
    blobHosts: ['cdn.quay.io'],
    broadBlobHosts: [],
  },
  {
    registry: '*.cr.example',
    name: 'Rented',
    apiHosts: [],
    tokenHosts: [],
    blobHosts: [],
    broadBlobHosts: ['*.storage.example'],
  },
];

const withProfiles = (profiles: string) => `
version: 1
organization: acme
mode: enforce
registries:
  - { id: ghcr, registry: ghcr.io, allow: [pull, push] }
  - { id: own, registry: "*.acme.example", allow: [pull, push] }
  - { id: blocked, registry: blocked.example, allow: [] }
profiles:
${profiles}
`;
const parse = (profiles: string) => parsePolicy(withProfiles(profiles), { profiles: CATALOG });

function problemsOf(profiles: string): string[] {
  try {
    parse(profiles);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ code, path }) => `${code} ${path}`);
  }
}

const verdictOf = (policy: PolicyDocument, host: string) =>
  decide(compilePolicy({ document: policy, revision: 1, profiles: CATALOG }), {
    registry: host as never,
    subject: { teams: [] },
    point: 'proxy',
    deeper: false,
    now: 0,
  });

describe('profiles of a document', () => {
  it('open token and blob hosts with their registry', () => {
    const policy = parse('  - { registry: ghcr.io, tokenHosts: [sso.test], blobHosts: ["*.cdn.test"] }');
    for (const host of ['sso.test', 'eu.cdn.test']) {
      expect(verdictOf(policy, host)).toMatchObject({ verdict: 'allow', reason: 'COMPANION_ALLOWED' });
    }
    expect(verdictOf(policy, 'cdn.test').reason).toBe('NOT_LISTED');
  });

  it('close them with it', () => {
    const policy = parse('  - { registry: blocked.example, blobHosts: [cdn.test] }');
    expect(verdictOf(policy, 'cdn.test')).toMatchObject({ verdict: 'deny', reason: 'BLOCKED' });
  });

  it('never open broad hosts, and have their registry inspected', () => {
    const policy = parse('  - { registry: ghcr.io, broadBlobHosts: [bucket.storage.example, big.test] }');
    expect(verdictOf(policy, 'big.test')).toMatchObject({ verdict: 'deny', reason: 'BROAD_HOST' });
    expect(verdictOf(policy, 'ghcr.io')).toMatchObject({ verdict: 'deny', reason: 'DEPTH_UNAVAILABLE' });
  });

  it('keep what the catalog knows', () => {
    const policy = parse('  - { registry: ghcr.io, blobHosts: [cdn.test] }');
    const compiled = compilePolicy({
      document: { ...policy, profiles: [{ registry: 'quay.io', blobHosts: ['cdn.test'] }] },
      revision: 1,
      profiles: [...CATALOG, { ...(CATALOG[0] as RegistryProfile), registry: 'ghcr.io' }],
    });
    const standing = (host: string) => standingOf(compiled, 'ghcr.io' as never, host as never);
    expect([standing('cdn.quay.io'), standing('cdn.test')]).toEqual(['known', 'unknown']);
  });

  it.each([
    ['  - { registry: "*.acme.example", blobHosts: [cdn.test] }', ['BAD_HOST profiles[0].registry']],
    ['  - { registry: ghcr.io }', ['EMPTY_LIST profiles[0]']],
    ['  - { registry: ghcr.io, blobHosts: [] }', ['EMPTY_LIST profiles[0]']],
    ['  - { blobHosts: [cdn.test] }', ['MISSING_KEY profiles[0].registry']],
    ['  - { registry: ghcr.io, hosts: [cdn.test] }', ['EMPTY_LIST', 'UNKNOWN_KEY']],
    ['  - { registry: ghcr.io, tokenHosts: ["*.sso.test"] }', ['BAD_HOST profiles[0].tokenHosts[0]']],
    ['  - { registry: ghcr.io, blobHosts: ["**"] }', ['BAD_HOST profiles[0].blobHosts[0]']],
    ['  - { registry: ghcr.io, blobHosts: ["*.com"] }', ['BAD_HOST profiles[0].blobHosts[0]']],
    ['  - { registry: ghcr.io, broadBlobHosts: ["**.com"] }', ['BAD_HOST profiles[0].broadBlobHosts[0]']],
    ['  - { registry: ghcr.io, blobHosts: ["https://cdn.test/x"] }', ['BAD_HOST']],
    ['  - { registry: ghcr.io, blobHosts: [quay.io] }', ['OPENS_REGISTRY profiles[0].blobHosts[0]']],
    ['  - { registry: ghcr.io, tokenHosts: [api.quay.io] }', ['OPENS_REGISTRY profiles[0].tokenHosts[0]']],
    ['  - { registry: ghcr.io, blobHosts: ["*.cr.example"] }', ['OPENS_REGISTRY']],
    ['  - { registry: ghcr.io, blobHosts: [blocked.example] }', ['OPENS_REGISTRY']],
    ['  - { registry: ghcr.io, blobHosts: [cdn.acme.example] }', ['OPENS_REGISTRY']],
    ['  - { registry: ghcr.io, blobHosts: ["**.quay.io"] }', ['OPENS_REGISTRY']],
    ['  - { registry: ghcr.io, blobHosts: [a.storage.example] }', ['OPENS_BROAD_HOST']],
    ['  - { registry: ghcr.io, blobHosts: ["**.storage.example"] }', ['OPENS_BROAD_HOST']],
    ['  - { registry: ghcr.io, broadBlobHosts: [quay.io, a.storage.example] }', []],
    ['  - { registry: ghcr.io, tokenHosts: [ghcr.io] }', []],
    [
      '  - { registry: ghcr.io, blobHosts: [a.test] }\n  - { registry: GHCR.IO, blobHosts: [b.test] }',
      ['DUPLICATE_ID'],
    ],
  ])('%s: %j', (text, expected) => {
    const found = problemsOf(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, problem] of expected.entries()) expect(found[index]).toContain(problem);
  });

  it('are read back as they are written, and left out when there are none', () => {
    const policy = parse(
      '  - { registry: ghcr.io, tokenHosts: [sso.test], broadBlobHosts: ["**.big.test"] }',
    );
    expect(parsePolicy(formatPolicy(policy))).toEqual(policy);
    expect(parse('  []')).not.toHaveProperty('profiles');
  });

  it('are told apart by registry', () => {
    const [before, after] = [
      parse(
        '  - { registry: ghcr.io, blobHosts: [a.test] }\n  - { registry: old.test, blobHosts: [b.test] }',
      ),
      parse(
        '  - { registry: ghcr.io, blobHosts: [a.test, c.test] }\n  - { registry: new.test, tokenHosts: [d.test] }',
      ),
    ];
    expect(diffPolicies(before, after).map(({ op, path, text }) => [op, path, text])).toEqual([
      ['edit', '/profiles/ghcr.io', '~ hosts of ghcr.io   blobs a.test → blobs a.test, c.test'],
      ['add', '/profiles/new.test', '+ hosts of new.test   token d.test'],
      ['remove', '/profiles/old.test', '- hosts of old.test   blobs b.test'],
    ]);
    expect(diffPolicies(before, before)).toEqual([]);
  });
});

/** Whatever stands in a profile that nobody validated, as an agent may get it: names of other registries, wildcards over all. */
const hostile: fc.Arbitrary<readonly OwnProfile[]> = fc.array(
  fc.record({
    registry: fc.constantFrom('a.example', 'docker.io', 'mine.test', 'token.example'),
    tokenHosts: hosts(),
    blobHosts: hosts(),
    broadBlobHosts: hosts(),
  }),
  { minLength: 1, maxLength: 3 },
);

function hosts() {
  return fc.uniqueArray(
    fc.constantFrom(
      'docker.io',
      'x.a.example',
      'b.example:5000',
      'api.a.example',
      '**.example',
      '**',
      '*.a.example',
      'store.example',
    ),
    { maxLength: 4 },
  );
}

describe('whatever a profile says', () => {
  it('it opens no registry that was closed without it, nor a broad host', () => {
    fc.assert(
      fc.property(document, profiles, grants, hostile, query, (doc, catalog, given, own, asked) => {
        const { profiles: _, ...rest } = doc;
        const plain: PolicyDocument = { ...rest, mode: { default: 'enforce', teams: {} } };
        const input = { revision: 1, profiles: catalog, grants: given };
        const without = compilePolicy({ ...input, document: plain });
        const isBroad = catalog
          .flatMap(({ broadBlobHosts }) => broadBlobHosts)
          .some((host) => parseHostPattern(host).kind === 'exact' && host === asked.registry);
        if (!isRegistry(without, asked.registry) && !isBroad) return;
        if (decide(without, asked).verdict === 'allow') return;
        const joined = compilePolicy({ ...input, document: { ...plain, profiles: own } });
        expect(decide(joined, asked).verdict).toBe('deny');
      }),
      { numRuns: 5000 },
    );
  });
});
