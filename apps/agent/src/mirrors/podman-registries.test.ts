import type { RegistryHost } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPodmanRegistries, parsePodmanRegistries } from './podman-registries.ts';

const origin = 'docker.io' as RegistryHost;
const mirror = (registry: string, prefix?: string, insecure = false) => ({
  registry: registry as RegistryHost,
  insecure,
  ...(prefix === undefined ? {} : { prefix }),
});
const body = (text: string): readonly string[] => text.trim().split('\n').slice(1);

describe('formatPodmanRegistries', () => {
  it('replaces a registry that is closed, so that every error is the mirror’s', () => {
    const mirrors = [mirror('a.example:5000', 'hub', true), mirror('b.example')];
    expect(body(formatPodmanRegistries([{ origin, mirrors, isOriginOpen: false }], true))).toEqual([
      'unqualified-search-registries = ["docker.io"]',
      '',
      '[[registry]]',
      'prefix = "docker.io"',
      'location = "b.example"',
      '[[registry.mirror]]',
      'location = "a.example:5000/hub"',
      'insecure = true',
    ]);
  });

  it('puts a mirror in front of a registry that is open', () => {
    const mirrors = [mirror('a.example')];
    expect(body(formatPodmanRegistries([{ origin, mirrors, isOriginOpen: true }], false))).toEqual([
      '',
      '[[registry]]',
      'prefix = "docker.io"',
      'location = "docker.io"',
      '[[registry.mirror]]',
      'location = "a.example"',
    ]);
  });
});

describe('parsePodmanRegistries', () => {
  it.each<[string, string, Partial<ReturnType<typeof parsePodmanRegistries>>]>([
    ['nothing', '# [[registry]]\n[aliases]\n"alpine" = "docker.io/library/alpine"\n', {}],
    ['a search list', 'unqualified-search-registries = ["quay.io"]\n', { isSearching: true }],
    [
      'a prefix, and a location where there is none',
      '[[registry]]\nlocation = \'m.example\'\nprefix="docker.io" # ours\n\n[[ registry ]]\nlocation = "quay.io"\n[[registry.mirror]]\nlocation = "q.example"\n',
      { prefixes: ['docker.io', 'quay.io'] },
    ],
    ['version 1', '[registries.search]\nregistries = ["docker.io"]\n', { isVersion1: true }],
  ])('finds %s', (_, text, expected) => {
    const nothing = { prefixes: [], isSearching: false, isVersion1: false };
    expect(parsePodmanRegistries(text)).toEqual({ ...nothing, ...expected });
  });

  it('finds what it writes itself', () => {
    const hosts = fc.uniqueArray(fc.domain(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(hosts, fc.boolean(), (names, isOriginOpen) => {
        const mirrored = names.map((name) => ({
          origin: name as RegistryHost,
          mirrors: [mirror('m.example', 'x')],
          isOriginOpen,
        }));
        expect(parsePodmanRegistries(formatPodmanRegistries(mirrored, true)).prefixes).toEqual(names);
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parsePodmanRegistries(text).prefixes).toBeInstanceOf(Array);
      }),
    );
  });
});
