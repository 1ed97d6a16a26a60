import {
  type HostPattern,
  matchHost,
  parseHostPattern,
  parseRepositoryPattern,
  parseTagPattern,
} from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryAccessQuery, arbitraryGrant, arbitraryPolicyDocument } from './arbitrary-policy.ts';
import { arbitraryReference } from './arbitrary-reference.ts';

const samples = { numRuns: 500, seed: 1 } as const;

describe('arbitraryReference', () => {
  it('reaches tags and digests, names and addresses', () => {
    const references = fc.sample(arbitraryReference(), samples);
    expect(references.some((reference) => reference.tag !== undefined)).toBe(true);
    expect(references.some((reference) => reference.digest !== undefined)).toBe(true);
    expect(references.some((reference) => reference.registry.startsWith('['))).toBe(true);
    expect(references.some((reference) => reference.registry === 'docker.io')).toBe(true);
  });
});

describe('arbitraryPolicyDocument', () => {
  it('writes only patterns that parse, under ids that differ', () => {
    fc.assert(
      fc.property(arbitraryPolicyDocument(), arbitraryGrant(), ({ registries, deny }, grant) => {
        const rules = [...registries, ...deny];
        for (const rule of [...rules, grant]) {
          parseHostPattern(rule.registry);
          rule.repositories?.forEach(parseRepositoryPattern);
          rule.tags?.forEach(parseTagPattern);
        }
        expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
      }),
    );
  });

  it('meets the queries: many have an entry for their registry, many have none', () => {
    const documents = fc.sample(arbitraryPolicyDocument(), samples);
    const queries = fc.sample(arbitraryAccessQuery(), samples);
    const met = documents.filter(({ registries }, index) => {
      const patterns: HostPattern[] = registries.map((entry) => parseHostPattern(entry.registry, entry));
      const query = queries[index];
      return query !== undefined && patterns.some((pattern) => matchHost(pattern, query.registry));
    });
    expect(met.length).toBeGreaterThan(100);
    expect(met.length).toBeLessThan(400);
  });
});
