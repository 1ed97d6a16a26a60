import { parseRegistryHost } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { decideDenials, decideHop } from './decide.ts';
import { defaultPolicy } from './default-policy.ts';
import { needsInspection } from './judge-hop.ts';
import type { AccessQuery, PolicyDocument, RegistryProfile } from './types.ts';

const profile = (registry: string, hosts: Partial<RegistryProfile>): RegistryProfile => ({
  registry,
  name: registry,
  apiHosts: [],
  tokenHosts: [],
  blobHosts: [],
  broadBlobHosts: [],
  ...hosts,
});

const PROFILES = [
  profile('ghcr.io', { blobHosts: ['blobs.example'] }),
  profile('registry.k8s.io', { broadBlobHosts: ['*.pkg.example', 'storage.example'] }),
  profile('*.pkg.example', {}),
  profile('quay.io', {}),
];

function compile(changes: Partial<PolicyDocument>) {
  const document = { ...defaultPolicy({ organization: 'acme', mode: 'enforce' }), ...changes };
  return compilePolicy({ document, revision: 7, profiles: PROFILES });
}

function ask(host: string, rest: Partial<AccessQuery> = {}): AccessQuery {
  const registry = parseRegistryHost(host);
  return { registry, subject: { teams: [] }, point: 'gateway', deeper: true, now: 0, ...rest };
}

const REPOSITORY = 'a/b' as NonNullable<AccessQuery['repository']>;

describe('decideHop', () => {
  const policy = compile({
    registries: [
      { id: 'ghcr', registry: 'ghcr.io', allow: ['pull'] },
      { id: 'k8s', registry: 'registry.k8s.io', allow: ['pull'] },
      { id: 'other', registry: 'allowed.example', allow: ['pull'], repositories: ['a/*'] },
      { id: 'blocked', registry: 'blocked.example', allow: [] },
    ],
    deny: [{ id: 'denied', registry: '*.denied.example' }],
  });
  it.each<[string, string, string, Partial<AccessQuery>]>([
    ['ghcr.io', 'ghcr.io', 'COMPANION_ALLOWED', {}],
    [
      'allowed.example',
      'allowed.example',
      'REPOSITORY_NOT_ALLOWED',
      { repository: 'b/c' as typeof REPOSITORY, action: 'pull' },
    ],
    ['ghcr.io', 'blobs.example', 'COMPANION_ALLOWED', {}],
    ['ghcr.io', 'unknown.example', 'COMPANION_ALLOWED', {}],
    ['ghcr.io', 'x.denied.example', 'DENIED_BY_RULE', {}],
    ['ghcr.io', 'blocked.example', 'BLOCKED', {}],
    ['ghcr.io', 'quay.io', 'NOT_LISTED', {}],
    ['ghcr.io', 'eu.pkg.example', 'NOT_LISTED', { repository: REPOSITORY, action: 'pull' }],
    ['ghcr.io', 'unknown.example', 'NOT_LISTED', { repository: REPOSITORY, action: 'pull' }],
    ['ghcr.io', 'allowed.example', 'RULE_ALLOWED', { repository: REPOSITORY, action: 'pull' }],
    ['registry.k8s.io', 'eu.pkg.example', 'COMPANION_ALLOWED', { repository: REPOSITORY, action: 'pull' }],
    ['registry.k8s.io', 'storage.example', 'COMPANION_ALLOWED', {}],
  ])('from %s to %s: %s', (from, to, reason, rest) => {
    const decision = decideHop(policy, parseRegistryHost(from), ask(to, rest));
    expect(decision.reason).toBe(reason);
    expect(decision.effect).toBe(decision.verdict === 'allow' ? 'forward' : 'refuse');
  });

  it('forwards in observe, with the verdict', () => {
    const observing = compile({
      mode: { default: 'observe', teams: {} },
      registries: [{ id: 'blocked', registry: 'blocked.example', allow: [] }],
    });
    const decision = decideHop(observing, parseRegistryHost('ghcr.io'), ask('blocked.example'));
    expect(decision).toMatchObject({ verdict: 'deny', effect: 'forward', reason: 'BLOCKED' });
  });
});

describe('decideDenials', () => {
  const digest = `sha256:${'a'.repeat(64)}` as NonNullable<AccessQuery['digest']>;
  const policy = compile({
    registries: [{ id: 'ghcr', registry: 'ghcr.io', allow: ['pull'], tags: ['1'] }],
    deny: [{ id: 'layer', registry: 'ghcr.io', digests: [digest] }],
  });
  it.each([
    [digest, 'DENIED_BY_RULE'],
    [digest.replaceAll('a', 'b') as typeof digest, 'RULE_ALLOWED'],
  ])('%s: %s', (asked, reason) => {
    const query = ask('ghcr.io', { repository: REPOSITORY, action: 'pull', digest: asked });
    expect(decideDenials(policy, query).reason).toBe(reason);
  });
});

describe('needsInspection', () => {
  const policy = compile({
    registries: [
      { id: 'wide', registry: 'wide.example', allow: ['pull', 'push'] },
      { id: 'pull', registry: 'pull.example', allow: ['pull'] },
      { id: 'shallow', registry: 'shallow.example', allow: ['pull'], whenHostOnly: 'allow' },
      { id: 'k8s', registry: 'registry.k8s.io', allow: ['pull', 'push'] },
      { id: 'mixed', registry: 'mixed.example', allow: ['pull', 'push'] },
    ],
    deny: [{ id: 'no', registry: 'mixed.example', repositories: ['x/**'] }],
  });
  it.each([
    ['wide.example', false],
    ['pull.example', true],
    ['shallow.example', true],
    ['registry.k8s.io', true],
    ['mixed.example', true],
    ['unknown.example', false],
  ])('of %s: %s', (host, expected) => {
    expect(needsInspection(policy, ask(host))).toBe(expected);
  });
});
