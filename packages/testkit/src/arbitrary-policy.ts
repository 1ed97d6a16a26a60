/**
 * Arbitraries for policies and for what is asked of them, over alphabets so small that rules and queries meet all the
 * time. Leaves the wide spaces of names to arbitrary-reference.ts.
 */

import {
  ACTIONS,
  type AccessQuery,
  type DenyRule,
  type EnforcementPoint,
  type Grant,
  type Mode,
  type PolicyDocument,
  type RegistryEntry,
  type Subject,
  type UrlRules,
} from '@pullgate/policy';
import { parseDigest, parseRegistryHost, parseRepository, parseTag } from '@pullgate/reference';
import fc from 'fast-check';

const HOSTS = [
  'docker.io',
  'ghcr.io',
  'a.example',
  'b.a.example',
  'c.b.a.example',
  'a.example:5000',
  'a.example:80',
  '10.0.0.1:5000',
  '[2001:db8::1]',
];
const HOST_PATTERNS = [
  '*.example',
  '*.a.example',
  '**.example',
  '**.a.example',
  '*.a.example:5000',
  '**.example:80',
];
const SPELLINGS = ['index.docker.io', 'registry-1.docker.io', 'A.Example', 'a.example:443', 'ghcr.io.'];
const REPOSITORIES = [
  'library/alpine',
  'library/centos',
  'acme',
  'acme/app',
  'acme/base/alma',
  'hub/library/centos',
];
const REPOSITORY_PATTERNS = ['library/*', 'acme/*', 'acme/**', '*/app', '*', '**', 'hub/**'];
const TAGS = ['latest', '1', '1.2', 'v1-rc'];
const TAG_PATTERNS = ['1*', 'v*-rc', '*'];
const DIGESTS = ['a', 'b'].map((character) => `sha256:${character.repeat(64)}`);
const TEAMS = ['platform', 'data', 'web'];
const PEOPLE = ['ada', 'ben'];
const POINTS: readonly EnforcementPoint[] = [
  'proxy',
  'gateway',
  'dns',
  'authz',
  'capture',
  'admission',
  'check',
];
const MODES: readonly Mode[] = ['off', 'observe', 'enforce'];

/** Grants expire at these times and queries ask at these: before, at and after one another. */
const INSTANTS = [1_000, 2_000, 3_000];

const options = { noNullPrototype: true } as const;

function someOf<T>(values: readonly T[], minLength = 1): fc.Arbitrary<T[]> {
  return fc.subarray([...values], { minLength, maxLength: Math.min(values.length, 3) });
}

const actions = someOf(ACTIONS, 0);
const teams = someOf(TEAMS);
const repositories = someOf([...REPOSITORIES, ...REPOSITORY_PATTERNS]);
const tags = someOf([...TAGS, ...TAG_PATTERNS]);
const hostPattern = fc.constantFrom(...HOSTS, ...HOST_PATTERNS, ...SPELLINGS);
const mirrorOf = fc.record(
  { registry: fc.constantFrom('docker.io', 'ghcr.io'), prefix: fc.constant('hub/') },
  { ...options, requiredKeys: ['registry'] },
);

const conditions = { repositories, tags, digests: someOf(DIGESTS), teams };

function arbitraryEntry(): fc.Arbitrary<Omit<RegistryEntry, 'id'>> {
  return fc.record(
    {
      registry: hostPattern,
      allow: actions,
      ...conditions,
      name: fc.constant('A registry'),
      insecure: fc.boolean(),
      mirrorOf,
      whenHostOnly: fc.constantFrom('allow', 'deny'),
      because: fc.constant('It is ours.'),
    },
    { ...options, requiredKeys: ['registry', 'allow'] },
  );
}

function arbitraryDenial(): fc.Arbitrary<Omit<DenyRule, 'id'>> {
  return fc.record(
    { registry: hostPattern, actions: someOf(ACTIONS), ...conditions, because: fc.constant('End of life.') },
    { ...options, requiredKeys: ['registry'] },
  );
}

/** A denial with an id that no rule of {@link arbitraryPolicyDocument} has, for adding to one. */
export function arbitraryDenyRule(): fc.Arbitrary<DenyRule> {
  return arbitraryDenial().map((rule) => ({ id: 'one-more-denial', ...rule }));
}

/** An entry with an id that no rule of {@link arbitraryPolicyDocument} has, for adding to one. */
export function arbitraryRegistryEntry(): fc.Arbitrary<RegistryEntry> {
  return arbitraryEntry().map((entry) => ({ id: 'one-more-entry', ...entry }));
}

function withIds<T>(rules: readonly T[], prefix: string): (T & { readonly id: string })[] {
  return rules.map((rule, index) => ({ id: `${prefix}-${index + 1}`, ...rule }));
}

function arbitraryMode(): fc.Arbitrary<PolicyDocument['mode']> {
  const mode = fc.constantFrom(...MODES);
  return fc.record(
    { default: mode, teams: fc.dictionary(fc.constantFrom(...TEAMS), mode, options) },
    options,
  );
}

function arbitraryUrlRules(): fc.Arbitrary<UrlRules> {
  const patterns = someOf([...HOSTS, ...HOST_PATTERNS], 0);
  return fc.record({ default: fc.constantFrom('allow', 'deny'), allow: patterns, deny: patterns }, options);
}

/** Valid documents with up to six entries and four denials; no bare `**`, and no tests of their own. */
export function arbitraryPolicyDocument(): fc.Arbitrary<PolicyDocument> {
  return fc.record(
    {
      version: fc.constant(1 as const),
      organization: fc.constant('acme'),
      mode: arbitraryMode(),
      contact: fc.constantFrom(
        {},
        { message: 'Ask in #platform', url: 'https://wiki.acme.example/registries' },
      ),
      policyOfflineLimit: fc.constant(604_800),
      sessionOfflineLimit: fc.constant(604_800),
      registries: fc
        .array(arbitraryEntry(), { maxLength: 6, size: 'max' })
        .map((entries) => withIds(entries, 'entry')),
      deny: fc
        .array(arbitraryDenial(), { maxLength: 4, size: 'max' })
        .map((rules) => withIds(rules, 'denial')),
      urls: arbitraryUrlRules(),
      addresses: someOf(['127.0.0.0/8', '169.254.169.254', '10.0.0.1'], 0),
      tests: fc.constant([]),
    },
    {
      ...options,
      requiredKeys: [
        ...(['version', 'organization', 'mode', 'contact', 'sessionOfflineLimit', 'registries'] as const),
        ...(['deny', 'urls', 'addresses', 'tests'] as const),
      ],
    },
  );
}

export function arbitraryGrant(): fc.Arbitrary<Grant> {
  return fc.record(
    {
      id: fc.constantFrom('grant-1', 'grant-2'),
      registry: hostPattern,
      actions: someOf(ACTIONS),
      repositories,
      tags,
      expiresAt: fc.constantFrom(...INSTANTS),
    },
    { ...options, requiredKeys: ['id', 'registry', 'actions', 'expiresAt'] },
  );
}

function arbitrarySubject(): fc.Arbitrary<Subject> {
  return fc.record(
    { user: fc.constantFrom(...PEOPLE), teams: someOf(TEAMS, 0), machine: fc.constant('machine-1') },
    { ...options, requiredKeys: ['teams'] },
  );
}

const host = fc.constantFrom(...HOSTS).map((text) => parseRegistryHost(text));
const repository = fc.constantFrom(...REPOSITORIES).map(parseRepository);
const origin = fc.record({ registry: host, repository }, { ...options, requiredKeys: ['registry'] });

const circumstances = {
  registry: host,
  insecure: fc.boolean(),
  origin,
  subject: arbitrarySubject(),
  point: fc.constantFrom(...POINTS),
  deeper: fc.boolean(),
  now: fc.constantFrom(...INSTANTS),
};

/** What a point that sees only the host asks. */
export function arbitraryShallowQuery(): fc.Arbitrary<AccessQuery> {
  return fc.record(circumstances, {
    ...options,
    requiredKeys: ['registry', 'subject', 'point', 'deeper', 'now'],
  });
}

type Detail = Pick<AccessQuery, 'action' | 'repository' | 'tag' | 'digest'>;

/** What a deeper point adds to a query: an action, mostly with a repository, often with a tag or a digest. */
export function arbitraryDetail(): fc.Arbitrary<Detail> {
  const action = fc.constantFrom(...ACTIONS);
  const tag = fc.constantFrom(...TAGS).map(parseTag);
  const digest = fc.constantFrom(...DIGESTS).map(parseDigest);
  return fc.oneof(
    fc.record({ action }, options),
    fc.record({ action, repository }, options),
    fc.record({ action, repository, tag }, options),
    fc.record({ action, repository, digest }, options),
  );
}

/** Queries of every depth. */
export function arbitraryAccessQuery(): fc.Arbitrary<AccessQuery> {
  return fc.oneof(
    { weight: 1, arbitrary: arbitraryShallowQuery() },
    {
      weight: 4,
      arbitrary: fc.tuple(arbitraryShallowQuery(), arbitraryDetail()).map(([q, d]) => ({ ...q, ...d })),
    },
  );
}
