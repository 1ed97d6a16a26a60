/** The policies and queries that `decide` is measured with: half of the queries are allowed, half are denied. */

import {
  type AccessQuery,
  type CompiledPolicy,
  compilePolicy,
  type RegistryEntry,
  validatePolicy,
} from '@pullgate/policy';
import type { RegistryHost, Repository, Tag } from '@pullgate/reference';

export interface BenchCase {
  readonly name: string;
  readonly policy: CompiledPolicy;
  readonly queries: readonly AccessQuery[];
  /** The same rules for peers, as globs over `host/repository`. */
  readonly globs: readonly string[];
}

/** More than any cache of one call site holds, and a power of two. */
const QUERIES = 1024;

export function createCases(): BenchCase[] {
  return [
    createCase(
      '10 entries',
      10,
      (n) => entry(n, `r${n}.example.com`),
      (n) => [`r${n}.example.com`, 'team/app'],
    ),
    createCase(
      '10,000 hosts',
      10_000,
      (n) => entry(n, `r${n}.example.com`),
      (n) => [`r${n}.example.com`, 'team/app'],
    ),
    createCase(
      '10,000 wildcards',
      10_000,
      (n) => entry(n, `*.z${n}.example.com`),
      (n) => [`r1.z${n}.example.com`, 'team/app'],
    ),
    createCase(
      '10,000 repositories in one registry',
      10_000,
      (n) => ({ ...entry(n, 'registry.example.com'), repositories: [`team-${n}/**`] }),
      (n) => ['registry.example.com', `team-${n}/app/web`],
    ),
  ];
}

function createCase(
  name: string,
  size: number,
  toEntry: (n: number) => RegistryEntry,
  toTarget: (n: number) => readonly [host: string, repository: string],
): BenchCase {
  const registries = Array.from({ length: size }, (_, n) => toEntry(n));
  const document = validatePolicy({
    version: 1,
    organization: 'acme',
    mode: 'enforce',
    contact: { message: 'Ask in #platform', url: 'https://wiki.acme.example/registries' },
    registries,
    deny: [{ id: 'no', registry: 'denied.example.com' }],
  });
  // Numbers of size and above name what no rule covers.
  const queries = Array.from({ length: QUERIES }, (_, i) =>
    toQuery(toTarget(i % 2 === 0 ? (i * 7919) % size : size + ((i * 7919) % size))),
  );
  const globs = registries.map(({ registry, repositories }) => `${registry}/${repositories?.[0] ?? '**'}`);
  return { name, policy: compilePolicy({ document, revision: 7, profiles: [] }), queries, globs };
}

function entry(n: number, registry: string): RegistryEntry {
  return { id: `e${n}`, registry, allow: ['pull', 'push'] };
}

function toQuery([host, repository]: readonly [string, string]): AccessQuery {
  return {
    registry: host as RegistryHost,
    repository: repository as Repository,
    tag: '1' as Tag,
    action: 'pull',
    subject: { user: 'u1', teams: ['platform', 'web'], machine: 'm1' },
    point: 'gateway',
    deeper: false,
    now: 0,
  };
}
