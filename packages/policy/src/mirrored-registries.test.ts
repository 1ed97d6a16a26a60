import type { RegistryHost } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { compilePolicy, findMirroredRegistries, parsePolicy } from './index.ts';

const HUB_MIRROR = 'mirrorOf: { registry: docker.io }';

/** As `origin: mirror/prefix, …`, with `+` behind an origin that stays open. */
function find(rules: string, teams: readonly string[] = [], mode = 'enforce'): readonly string[] {
  const document = parsePolicy(`version: 1\norganization: acme\nmode: { default: ${mode} }\n${rules}`);
  const policy = compilePolicy({ document, revision: 1, profiles: [] });
  return findMirroredRegistries(policy, { teams }, 0).map(
    ({ origin, mirrors, isOriginOpen }) =>
      `${origin}${isOriginOpen ? '+' : ''}: ${mirrors
        .map(({ registry, prefix, insecure }) => [insecure ? `http ${registry}` : registry, prefix].join('/'))
        .join(' ')}`,
  );
}

const registries = (...entries: readonly string[]): string =>
  `registries:\n${entries.map((entry, at) => `  - { id: e${at}, ${entry} }\n`).join('')}`;
const BLOCKED = 'registry: docker.io, allow: []';

describe('findMirroredRegistries', () => {
  it.each<[string, string, readonly string[]]>([
    ['none', registries('registry: docker.io, allow: [pull]'), []],
    [
      'Docker Hub only through a mirror',
      registries(BLOCKED, `registry: m.example, allow: [pull], ${HUB_MIRROR}`),
      ['docker.io: m.example/'],
    ],
    [
      'a mirror beside Docker Hub, under another of its names',
      registries(
        'registry: docker.io, allow: [pull]',
        'registry: m.example, allow: [pull], mirrorOf: { registry: index.docker.io, prefix: hub/ }',
      ),
      ['docker.io+: m.example/hub'],
    ],
    [
      'several, in the order of the policy, each once',
      registries(
        `registry: z.example, allow: [pull], ${HUB_MIRROR}`,
        `registry: a.example, allow: [pull], ${HUB_MIRROR}`,
        `registry: z.example, allow: [pull, push], ${HUB_MIRROR}`,
        'registry: q.example, allow: [pull], insecure: true, mirrorOf: { registry: quay.io }',
      ),
      ['docker.io: z.example/ a.example/', 'quay.io: http q.example:80/'],
    ],
    ['a blocked mirror', registries(`registry: m.example, allow: [], ${HUB_MIRROR}`), []],
    ['a mirror to push to', registries(`registry: m.example, allow: [push], ${HUB_MIRROR}`), []],
    [
      'a mirror that is denied',
      `${registries(`registry: m.example, allow: [pull], ${HUB_MIRROR}`)}deny: [{ id: no, registry: m.example }]`,
      [],
    ],
    [
      'a pattern',
      registries(`registry: "*.m.example", allow: [pull], whenHostOnly: allow, ${HUB_MIRROR}`),
      [],
    ],
    ['a mirror of itself', registries(`registry: docker.io, allow: [pull], ${HUB_MIRROR}`), []],
  ])('%s', (_, rules, expected) => {
    expect(find(rules)).toEqual(expected);
  });

  it('are those of the teams of the machine', () => {
    const rules = registries(`registry: m.example, allow: [pull], teams: [red], ${HUB_MIRROR}`);
    expect([find(rules), find(rules, ['red'])]).toEqual([[], ['docker.io: m.example/']]);
  });

  it('leave the origin open where nothing is enforced', () => {
    const rules = registries(BLOCKED, `registry: m.example, allow: [pull], ${HUB_MIRROR}`);
    expect(find(rules, [], 'observe')).toEqual(['docker.io+: m.example/']);
  });

  it('keep what the policy says, as hosts', () => {
    const document = parsePolicy(
      `version: 1\norganization: acme\n${registries(`registry: M.example:5000, allow: [pull], ${HUB_MIRROR}`)}`,
    );
    const policy = compilePolicy({ document, revision: 1, profiles: [] });
    expect(findMirroredRegistries(policy, { teams: [] }, 0)[0]?.mirrors).toEqual([
      { registry: 'm.example:5000' as RegistryHost, insecure: false },
    ]);
  });
});
