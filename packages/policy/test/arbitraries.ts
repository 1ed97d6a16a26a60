/** Arbitrary documents, profiles, grants and queries over a small world, so that rules and queries meet often. */

import type { Digest, RegistryHost, Repository, Tag } from '@pullgate/reference';
import fc from 'fast-check';
import {
  ACTIONS,
  type AccessQuery,
  type DenyRule,
  type Grant,
  isDeep,
  type Mode,
  type OwnProfile,
  type PolicyDocument,
  type RegistryEntry,
  type RegistryProfile,
} from '../src/index.ts';

const HOSTS = [
  'docker.io',
  'a.example',
  'x.a.example',
  'b.example:5000',
  'a.example:80',
  '10.0.0.1:5000',
  'api.a.example',
  'token.example',
  'store.example',
];
const EXACT = HOSTS.slice(0, 7);
const WILDCARDS = ['*.example', '**.example', '*.a.example', '**.a.example', '*.example:5000'];
const REPOSITORIES = [
  'library/alpine',
  'library/centos',
  'team/app',
  'team/app/web',
  'hub/library/centos',
  'hub/team/app',
  'solo',
];
const REPOSITORY_PATTERNS = [
  ...REPOSITORIES,
  'alpine',
  'library/*',
  'team/*',
  'team/**',
  '**',
  '*',
  '*/app',
  'hub/**',
  '*/*/centos',
];
const TAGS = ['1', '2', 'latest', 'v1.2'];
const TAG_PATTERNS = [...TAGS, 'v*', '*2', '*'];
const DIGESTS = ['a', 'b'].map((hex) => `sha256:${hex.repeat(64)}`);
const TEAMS = ['red', 'blue', 'green'];
const MODES: readonly Mode[] = ['off', 'observe', 'enforce'];
export const NOW = 1_000;

const some = <T>(values: readonly T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Removes undefined fields, as `exactOptionalPropertyTypes` and equality with parsed documents want it. */
const compact = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const limits = {
  repositories: maybe(some(REPOSITORY_PATTERNS)),
  tags: fc.option(some(TAG_PATTERNS), { nil: undefined, freq: 1 }),
  digests: fc.option(some(DIGESTS), { nil: undefined, freq: 1 }),
  teams: maybe(some(TEAMS)),
  because: maybe(fc.constantFrom('End of life.', 'Use the mirror', 'Nicht erlaubt für Prüfung')),
};

const registry = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...EXACT) },
  { weight: 1, arbitrary: fc.constantFrom(...WILDCARDS) },
);

/** Makes a rule acceptable on a wildcard registry: an entry accepts the host alone, a denial loses its limits. */
function acceptable<T extends RegistryEntry | DenyRule>(rule: T): T {
  if (!rule.registry.startsWith('*') || !isDeep(rule)) return rule;
  if ('allow' in rule) return { ...rule, whenHostOnly: 'allow' };
  const { id, registry: host } = rule;
  return { id, registry: host } as T;
}

const entry = (id: string): fc.Arbitrary<RegistryEntry> =>
  fc
    .record({
      id: fc.constant(id),
      registry,
      name: maybe(fc.constantFrom('Docker Hub', 'Größe')),
      allow: fc.oneof(
        fc.constant(['pull', 'push']),
        fc.uniqueArray(fc.constantFrom(...ACTIONS), { maxLength: 4 }),
      ),
      ...limits,
      insecure: fc.option(fc.boolean(), { nil: undefined, freq: 1 }),
      mirrorOf: fc.option(
        fc.constantFrom(
          { registry: 'docker.io', prefix: 'hub/' },
          { registry: 'docker.io' },
          { registry: 'a.example', prefix: 'team' },
        ),
        { nil: undefined, freq: 1 },
      ),
      whenHostOnly: fc.option(fc.constantFrom('allow', 'deny'), { nil: undefined, freq: 1 }),
    })
    .map((fields) => acceptable(compact(fields) as RegistryEntry));

export const denial = (id: string): fc.Arbitrary<DenyRule> =>
  fc
    .record({ id: fc.constant(id), registry, actions: maybe(some(ACTIONS)), ...limits })
    .map((fields) => acceptable(compact(fields) as DenyRule));

const mode = fc.record({
  default: fc.constantFrom(...MODES),
  teams: fc.dictionary(fc.constantFrom(...TEAMS), fc.constantFrom(...MODES), { noNullPrototype: true }),
});

const listOf = <T>(item: (id: string) => fc.Arbitrary<T>, prefix: string, maxLength: number) =>
  fc
    .integer({ min: 0, max: maxLength })
    .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => item(`${prefix}${index}`))));

/** Hosts of nobody else, so that every document is valid; what opens more is tried on purpose elsewhere. */
const ownProfiles: fc.Arbitrary<readonly OwnProfile[]> = fc.subarray(
  [
    { registry: 'a.example', tokenHosts: ['sso.own.test'], blobHosts: ['*.cdn.own.test'] },
    { registry: 'b.example:5000', broadBlobHosts: ['store.example'] },
    { registry: 'api.a.example', blobHosts: ['blobs.own.test:8443'] },
  ],
  { minLength: 1 },
);

/** Valid documents. */
export const document: fc.Arbitrary<PolicyDocument> = fc
  .record({
    version: fc.constant(1),
    organization: fc.constantFrom('acme', 'a', 'big-org-1'),
    mode,
    contact: fc.constantFrom(
      {},
      { message: 'Ask in #platform' },
      { message: 'yes', url: 'https://wiki.acme.example/x' },
    ),
    policyOfflineLimit: maybe(fc.integer({ min: 60, max: 10_000_000 })),
    sessionOfflineLimit: fc.integer({ min: 60, max: 10_000_000 }),
    registries: listOf(entry, 'e', 5),
    deny: listOf(denial, 'd', 3),
    urls: fc.record({
      default: fc.constantFrom('allow', 'deny'),
      allow: fc.uniqueArray(fc.constantFrom('store.example', '*.other.example'), { maxLength: 2 }),
      deny: fc.uniqueArray(fc.constantFrom('bad.other.example', 'token.example'), { maxLength: 2 }),
    }),
    profiles: maybe(ownProfiles),
    addresses: fc.uniqueArray(fc.constantFrom('127.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1'), {
      maxLength: 3,
    }),
    tests: fc.array(
      fc
        .record({
          action: fc.constantFrom('pull', 'push', 'delete'),
          reference: fc.constantFrom('alpine', 'a.example/team/app:1', `docker.io/team/app@${DIGESTS[0]}`),
          expect: fc.constantFrom('allow', 'deny'),
          teams: maybe(some(TEAMS)),
        })
        .map(compact),
      { maxLength: 2 },
    ),
  })
  .map((fields) => compact(fields) as unknown as PolicyDocument);

export const profiles: fc.Arbitrary<readonly RegistryProfile[]> = fc.subarray([
  {
    registry: 'docker.io',
    name: 'Docker Hub',
    apiHosts: [],
    tokenHosts: ['token.example'],
    blobHosts: ['blob.example'],
    broadBlobHosts: [],
  },
  {
    registry: 'a.example',
    name: 'A',
    apiHosts: ['api.a.example'],
    tokenHosts: ['token.example'],
    blobHosts: ['*.blob.example'],
    broadBlobHosts: [],
  },
  {
    registry: '*.a.example',
    name: 'Parts of A',
    apiHosts: [],
    tokenHosts: ['parts.example'],
    blobHosts: [],
    broadBlobHosts: ['store.example'],
  },
]);

export const grants: fc.Arbitrary<readonly Grant[]> = fc.array(
  fc
    .record({
      id: fc.constantFrom('g1', 'g2'),
      registry,
      actions: some(ACTIONS),
      repositories: maybe(some(REPOSITORY_PATTERNS)),
      tags: fc.option(some(TAG_PATTERNS), { nil: undefined, freq: 1 }),
      expiresAt: fc.constantFrom(NOW - 1, NOW, NOW + 1),
    })
    .map((fields) => compact(fields) as unknown as Grant),
  { maxLength: 2 },
);

const host = fc.constantFrom(
  ...HOSTS,
  'unknown.test',
  'parts.example',
  'y.blob.example',
  'bad.other.example',
  'sso.own.test',
  'eu.cdn.own.test',
) as fc.Arbitrary<RegistryHost>;
const repository = fc.constantFrom(...REPOSITORIES) as fc.Arbitrary<Repository>;

/** Everything a point could see of one request. */
export const deepQuery: fc.Arbitrary<AccessQuery> = fc
  .record({
    registry: host,
    repository,
    tag: maybe(fc.constantFrom(...TAGS) as fc.Arbitrary<Tag>),
    digest: fc.option(fc.constantFrom(...DIGESTS) as fc.Arbitrary<Digest>, { nil: undefined, freq: 1 }),
    action: fc.constantFrom(...ACTIONS),
    insecure: fc.option(fc.boolean(), { nil: undefined, freq: 1 }),
    origin: fc.option(fc.record({ registry: host, repository }), { nil: undefined, freq: 1 }),
    subject: fc.record({ teams: fc.uniqueArray(fc.constantFrom(...TEAMS), { maxLength: 2 }) }),
    point: fc.constant('gateway'),
    deeper: fc.boolean(),
    now: fc.constant(NOW),
  })
  .map((fields) => compact(fields) as unknown as AccessQuery);

/** The same request as a point sees it that knows less: a query with some of its details left out. */
export function shallower(
  query: AccessQuery,
  known: 'host' | 'repository' | 'action' | 'no version',
): AccessQuery {
  const { registry: to, repository: path, action, insecure, origin, subject, point, deeper, now } = query;
  const base = { registry: to, insecure, origin, subject, point, deeper, now };
  const more = {
    host: {},
    repository: { repository: path },
    action: { action },
    'no version': { repository: path, action },
  };
  return compact({ ...base, ...more[known] }) as unknown as AccessQuery;
}

export const query: fc.Arbitrary<AccessQuery> = fc
  .tuple(deepQuery, fc.constantFrom('host', 'repository', 'action', 'no version', 'all'))
  .map(([deep, known]) => (known === 'all' ? deep : shallower(deep, known as 'host')));
