import { describe, expect, it } from 'vitest';
import { findRulePlaces } from './rule-places.ts';

const POLICY = `version: 1
organization: acme
registries:
  # ours
  - id: hub
    registry: docker.io
    allow: [pull]

  - {id: quay, registry: quay.io, allow: [pull, push]}
deny:
  - registry: docker.io
    id: old
    repositories:
      - library/centos # since 2024
`;

describe('places of rules', () => {
  it('are the lines that hold them', () => {
    const places = findRulePlaces(POLICY);
    const lines = [...places.values()].map(({ id, list, line, endLine }) => [id, list, line, endLine]);
    expect(lines).toEqual([
      ['hub', 'registries', 5, 7],
      ['quay', 'registries', 9, 9],
      ['old', 'deny', 11, 14],
    ]);
    expect(places.get('hub')?.yaml).toBe('  - id: hub\n    registry: docker.io\n    allow: [pull]');
  });

  it('are none where there is no rule', () => {
    expect(findRulePlaces('version: 1\norganization: acme\n').size).toBe(0);
  });
});
