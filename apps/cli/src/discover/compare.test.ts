import { CATALOG } from '@pullgate/catalog';
import { parseRegistryHost } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { compareWithCatalog } from './compare.ts';

const found = (hosts: { apiHosts?: string[]; tokenHosts?: string[]; blobHosts?: string[] }) => ({
  ...{ evidence: 'version-header' as const, hasOwnTokens: false, hasBlob: true, notes: [] },
  ...{ apiHosts: [], tokenHosts: [], blobHosts: [], ...hosts },
});

const states = (registry: string, hosts: Parameters<typeof found>[0]) =>
  compareWithCatalog(parseRegistryHost(registry), found(hosts), CATALOG).hosts.map(({ host, state }) => [
    host,
    state,
  ]);

describe('compareWithCatalog', () => {
  it.each([
    ['quay.io', { blobHosts: ['cdn02.quay.io'] }, 'listed'],
    ['docker.io', { tokenHosts: ['auth.docker.io'] }, 'listed'],
    ['mcr.microsoft.com', { blobHosts: ['westeurope.data.mcr.microsoft.com'] }, 'listed'],
    ['quay.io', { blobHosts: ['cdn99.quay.io'] }, 'new'],
    ['quay.io', { blobHosts: ['cdn01.quay.io:8443'] }, 'new'],
    ['gcr.io', { blobHosts: ['storage.googleapis.com'] }, 'inspected'],
    ['registry.acme.example', { blobHosts: ['storage.googleapis.com'] }, 'inspected'],
    ['registry.acme.example', { blobHosts: ['s3.us-east-1.amazonaws.com'] }, 'inspected'],
    ['registry.acme.example', { blobHosts: ['acme.s3.us-east-1.amazonaws.com'] }, 'new'],
    ['lscr.io', { tokenHosts: ['ghcr.io'] }, 'inspected'],
    ['registry.acme.example', { apiHosts: ['registry-1.docker.io'] }, 'inspected'],
  ])('of %s, %o is %s', (registry, hosts, state) => {
    expect(states(registry, hosts).map(([, one]) => one)).toEqual([state]);
  });

  it('knows what the policy says of this registry', () => {
    const own = [
      {
        registry: 'registry.acme.example',
        blobHosts: ['*.cdn.acme.example', 'storage.googleapis.com'],
        broadBlobHosts: ['pool.example'],
      },
      { registry: 'other.acme.example', tokenHosts: ['auth.acme.example'] },
    ];
    const hosts = ['eu.cdn.acme.example', 'pool.example', 'storage.googleapis.com', 'auth.acme.example'];
    const acme = parseRegistryHost('registry.acme.example');
    const compared = compareWithCatalog(acme, found({ blobHosts: hosts }), CATALOG, own);
    expect(compared.hosts.map(({ state }) => state)).toEqual(['own', 'inspected', 'inspected', 'new']);
  });

  it('makes a profile of what is new, beside what the catalog says', () => {
    const acme = compareWithCatalog(
      parseRegistryHost('registry.acme.example:5000'),
      found({ tokenHosts: ['auth.acme.example'], blobHosts: ['cdn.acme.example', 'storage.googleapis.com'] }),
      CATALOG,
    );
    expect(acme.name).toBeUndefined();
    expect(acme.profile).toEqual({
      ...{ registry: 'registry.acme.example:5000', name: 'registry.acme.example:5000', apiHosts: [] },
      ...{ tokenHosts: ['auth.acme.example'], blobHosts: ['cdn.acme.example'] },
      broadBlobHosts: ['storage.googleapis.com'],
    });
    const quay = compareWithCatalog(
      parseRegistryHost('quay.io'),
      found({ blobHosts: ['cdn99.quay.io'] }),
      CATALOG,
    );
    expect(quay.profile.blobHosts.at(-1)).toBe('cdn99.quay.io');
    expect(quay.profile.blobHosts).toContain('cdn.quay.io');
  });
});
