import { parseRegistryHost } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { standingOf } from './host-standing.ts';
import type { RegistryProfile } from './types.ts';
import { parsePolicy } from './validate-policy.ts';

const profiles: readonly RegistryProfile[] = [
  {
    registry: 'quay.io',
    name: 'Quay',
    apiHosts: ['api.quay.io'],
    tokenHosts: ['auth.quay.io'],
    blobHosts: ['*.cdn.quay.io'],
    broadBlobHosts: ['storage.example'],
  },
  {
    registry: '*.registry.example',
    name: 'Many',
    apiHosts: [],
    tokenHosts: ['sso.example:8443'],
    blobHosts: [],
    broadBlobHosts: [],
  },
];

const document = parsePolicy(`
version: 1
organization: acme
registries:
  - { id: quay, registry: quay.io, allow: [pull] }
  - { id: many, registry: "*.registry.example", allow: [pull], whenHostOnly: allow }
  - { id: blocked, registry: blocked.example, allow: [] }
`);
const policy = compilePolicy({ document, revision: 1, profiles });

describe('standingOf', () => {
  it.each([
    ['quay.io', 'quay.io', 'known'],
    ['quay.io', 'api.quay.io', 'known'],
    ['quay.io', 'auth.quay.io', 'known'],
    ['quay.io', 'eu.cdn.quay.io', 'known'],
    ['quay.io', 'storage.example', 'known'],
    ['quay.io', 'cdn.quay.io', 'unknown'],
    ['quay.io', 'auth.quay.io:8443', 'unknown'],
    ['quay.io', 'sso.example:8443', 'unknown'],
    ['a.registry.example', 'sso.example:8443', 'known'],
    ['a.registry.example', 'b.registry.example', 'unknown'],
    ['blocked.example', 'cdn.example', 'unlisted'],
    ['other.example', 'other.example', 'unlisted'],
  ] as const)('%s using %s: %s', (registry, host, standing) => {
    expect(standingOf(policy, parseRegistryHost(registry), parseRegistryHost(host))).toBe(standing);
  });
});
