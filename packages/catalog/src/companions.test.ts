import { matchHost, parseHostPattern, parseRegistryHost } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { CATALOG } from './catalog.ts';
import { companionsOf, profileFor } from './companions.ts';

describe('profileFor', () => {
  it.each([
    ['registry-1.docker.io', 'docker.io'],
    ['ghcr.io', 'ghcr.io'],
    ['eu.gcr.io', '*.gcr.io'],
    ['europe-west1-docker.pkg.dev', '*.pkg.dev'],
    ['acme.azurecr.io', '*.azurecr.io'],
    ['acme.westeurope.geo.azurecr.io', '**.geo.azurecr.io'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', '*.dkr.ecr.eu-west-1.amazonaws.com'],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', '*.dkr-ecr.eu-west-1.on.aws'],
    ['registry.acme.example:5000', undefined],
    ['ghcr.io:5000', undefined],
    ['cdn.quay.io', undefined],
  ])('of %s is that of %s', (host, registry) => {
    expect(profileFor(parseRegistryHost(host))?.registry).toBe(registry);
  });
});

describe('companionsOf', () => {
  it.each<[string, readonly string[]]>([
    ['ghcr.io', ['pkg-containers.githubusercontent.com']],
    [
      'quay.io',
      [
        'cdn.quay.io',
        'cdn01.quay.io',
        'cdn02.quay.io',
        'cdn03.quay.io',
        'quayio-production-s3.s3.amazonaws.com',
      ],
    ],
    ['gcr.io', []],
    ['lscr.io', []],
    ['registry.acme.example:5000', []],
    ['**', []],
    ['*.acme.example', []],
    [
      '*.dkr.ecr.eu-west-1.amazonaws.com',
      ['api.ecr.eu-west-1.amazonaws.com', 'prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com'],
    ],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      ['api.ecr.eu-west-1.amazonaws.com', 'prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com'],
    ],
    ['*.microsoft.com', ['*.data.mcr.microsoft.com']],
  ])('of %s', (text, hosts) => {
    expect(companionsOf(text)).toEqual(hosts);
  });

  it('of Docker Hub are its token and blob hosts, under any of its names', () => {
    const hosts = companionsOf('docker.io');
    expect(hosts).toContain('auth.docker.io');
    expect(hosts).toContain('production.cloudflare.docker.com');
    expect(hosts).not.toContain('registry-1.docker.io');
    expect(companionsOf('index.docker.io')).toEqual(hosts);
  });

  it('never include another registry, nor a broad host', () => {
    for (const { registry, broadBlobHosts } of CATALOG) {
      const hosts = companionsOf(registry);
      const registries = CATALOG.filter((other) => other.registry !== registry).map((other) =>
        parseHostPattern(other.registry),
      );
      const opened = hosts.map((host) => parseHostPattern(host)).filter((host) => host.kind === 'exact');
      expect(opened.filter(({ host }) => registries.some((pattern) => matchHost(pattern, host)))).toEqual([]);
      expect(hosts.filter((host) => broadBlobHosts.includes(host))).toEqual([]);
    }
  });
});
