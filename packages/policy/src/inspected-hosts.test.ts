import type { RegistryHost } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { document, grants, NOW, profiles } from '../test/arbitraries.ts';
import { compilePolicy, decide, type Grant, needsInspection, type RegistryProfile } from './index.ts';
import { inspectedHosts } from './inspected-hosts.ts';
import { parsePolicy } from './validate-policy.ts';

const PROFILES: readonly RegistryProfile[] = [
  { registry: 'docker.io', name: 'Docker Hub', apiHosts: ['registry-1.docker.io'] },
  { registry: 'narrow.example', name: 'Narrow', apiHosts: ['api.narrow.example'] },
  { registry: 'broad.example', name: 'Broad', broadBlobHosts: ['*.store.example'] },
].map((profile) => ({ apiHosts: [], tokenHosts: [], blobHosts: [], broadBlobHosts: [], ...profile }));

const hostsOf = (rules: string, given: readonly Grant[] = []) =>
  inspectedHosts(
    compilePolicy({
      document: parsePolicy(`version: 1\norganization: acme\nmode: { default: enforce }\n${rules}\n`, {
        force: true,
      }),
      revision: 1,
      profiles: PROFILES,
      grants: given,
    }),
  );

const grant = (fields: Partial<Grant>): Grant => ({
  id: 'g',
  registry: 'a.example',
  actions: ['pull', 'push'],
  expiresAt: NOW,
  ...fields,
});

const REGISTRIES = (...entries: string[]) =>
  `registries:\n${entries.map((entry, at) => `  - { id: e${at}, ${entry} }`).join('\n')}`;
const DENY = (...rules: string[]) =>
  `deny:\n${rules.map((rule, at) => `  - { id: d${at}, ${rule} }`).join('\n')}`;
const ALL = 'allow: [pull, push]';

describe('inspectedHosts', () => {
  it.each<[string, string, string[]]>([
    ['all of it allowed', REGISTRIES(`registry: a.example, ${ALL}`), []],
    ['pull alone', REGISTRIES('registry: a.example, allow: [pull]'), ['a.example']],
    ['a port of its own', REGISTRIES('registry: "a.example:5000", allow: [pull]'), ['a.example:5000']],
    ['an address', REGISTRIES('registry: "10.0.0.7:5000", allow: [pull]'), ['10.0.0.7:5000']],
    ['repositories', REGISTRIES(`registry: a.example, ${ALL}, repositories: ["x/*"]`), ['a.example']],
    ['tags', REGISTRIES(`registry: a.example, ${ALL}, tags: ["v*"]`), ['a.example']],
    [
      'host alone accepted where nothing sees more',
      REGISTRIES('registry: a.example, allow: [pull], whenHostOnly: allow'),
      ['a.example'],
    ],
    [
      'two entries that make a whole',
      REGISTRIES('registry: a.example, allow: [pull]', 'registry: a.example, allow: [push]'),
      [],
    ],
    [
      'the whole for one team, a part for the other',
      REGISTRIES(
        `registry: a.example, ${ALL}, teams: [t1]`,
        'registry: a.example, allow: [pull], teams: [t2]',
      ),
      ['a.example'],
    ],
    [
      'a part for everyone, completed for the only team',
      REGISTRIES('registry: a.example, allow: [pull]', 'registry: a.example, allow: [push], teams: [t1]'),
      ['a.example'],
    ],
    [
      'a part for a team, within the whole for everyone',
      REGISTRIES(`registry: a.example, ${ALL}`, 'registry: a.example, allow: [pull], teams: [t1]'),
      [],
    ],
    ['a block', REGISTRIES('registry: a.example, allow: []'), []],
    [
      'a block of a part',
      REGISTRIES(`registry: a.example, ${ALL}`, 'registry: a.example, allow: [], repositories: ["x/**"]'),
      ['a.example'],
    ],
    [
      'a block of everything beside a part',
      REGISTRIES('registry: a.example, allow: [pull]', 'registry: a.example, allow: []'),
      [],
    ],
    ['shared blob hosts', REGISTRIES(`registry: broad.example, ${ALL}`), ['broad.example']],
    ['shared blob hosts under a wildcard', REGISTRIES(`registry: "*.example", ${ALL}`), ['broad.example']],
    ['shared blob hosts, blocked', REGISTRIES('registry: broad.example, allow: []'), []],
    ['nothing of what has shared blob hosts', REGISTRIES(`registry: a.example, ${ALL}`), []],
    [
      'Docker Hub under another name',
      REGISTRIES('registry: registry-1.docker.io, allow: [pull]'),
      ['docker.io'],
    ],
    [
      'a registry with another API host',
      REGISTRIES('registry: narrow.example, allow: [pull]'),
      ['api.narrow.example', 'narrow.example'],
    ],
    ['plain HTTP at its usual port', REGISTRIES('registry: a.example, insecure: true, allow: [pull]'), []],
    [
      'a denial of a part',
      `${REGISTRIES(`registry: a.example, ${ALL}`)}\n${DENY('registry: a.example, actions: [push]')}`,
      ['a.example'],
    ],
    [
      'a denial of a part of another registry',
      `${REGISTRIES(`registry: a.example, ${ALL}`)}\n${DENY('registry: b.example, repositories: [x]')}`,
      [],
    ],
    [
      'a denial of everything',
      `${REGISTRIES('registry: a.example, allow: [pull]')}\n${DENY('registry: a.example')}`,
      [],
    ],
    [
      'a denial for one team alone',
      `${REGISTRIES(`registry: a.example, ${ALL}`)}\n${DENY('registry: a.example, teams: [t1]')}`,
      [],
    ],
    [
      'a denial of a part of what is mirrored',
      `${REGISTRIES(`registry: a.example, ${ALL}, mirrorOf: { registry: docker.io }`)}\n${DENY('registry: docker.io, repositories: [centos]')}`,
      ['a.example'],
    ],
    [
      'a denial of all that is mirrored below a prefix',
      `${REGISTRIES(`registry: a.example, ${ALL}, mirrorOf: { registry: docker.io, prefix: hub/ }`)}\n${DENY('registry: docker.io')}`,
      ['a.example'],
    ],
  ])('of %s', (_, rules, expected) => {
    expect(hostsOf(rules)).toEqual(expected);
  });

  it.each<[string, Partial<Grant>, string, string[]]>([
    ['a whole', {}, 'registries: []', []],
    ['a part', { actions: ['pull'] }, 'registries: []', ['a.example']],
    ['a part of what is allowed', { actions: ['pull'] }, REGISTRIES(`registry: a.example, ${ALL}`), []],
    [
      'the rest of a part, for a while',
      { actions: ['push'] },
      REGISTRIES('registry: a.example, allow: [pull]'),
      ['a.example'],
    ],
    [
      'a part of what is blocked',
      { repositories: ['x'] },
      REGISTRIES('registry: a.example, allow: []'),
      ['a.example'],
    ],
  ])('of a grant of %s', (_, fields, rules, expected) => {
    expect(hostsOf(rules, [grant(fields)])).toEqual(expected);
  });

  it('misses no host on which a point looks into tunnels', () => {
    const teams = fc.uniqueArray(fc.constantFrom('red', 'blue', 'green'), { maxLength: 3 });
    fc.assert(
      fc.property(document, profiles, grants, teams, (doc, known, given, subject) => {
        const enforced = { ...doc, mode: { default: 'enforce' as const, teams: {} } };
        const policy = compilePolicy({ document: enforced, revision: 1, profiles: known, grants: given });
        const named = new Set<string>([
          ...[policy.allows, policy.grants, policy.denials].flatMap(({ hosts }) => [...hosts.exact.keys()]),
        ]);
        for (const host of named) {
          if (host.endsWith(':80')) continue;
          const registry = host as RegistryHost;
          const asked = { registry, subject: { teams: subject }, point: 'proxy' as const, now: NOW };
          const { verdict } = decide(policy, { ...asked, deeper: true });
          const isNeeded = verdict === 'allow' && needsInspection(policy, { ...asked, deeper: true });
          if (isNeeded) expect(inspectedHosts(policy)).toContain(host);
        }
      }),
      { numRuns: 500 },
    );
  });
});
