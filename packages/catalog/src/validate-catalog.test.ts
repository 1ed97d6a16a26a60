import type { RegistryProfile } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import { CATALOG, SHARED_HOSTS } from './catalog.ts';
import { openedHosts } from './catalog-index.ts';
import { toProfile } from './profile.ts';
import { CATALOG_PROBLEM_CODES, validateCatalog } from './validate-catalog.ts';

const other = toProfile('ghcr.io', 'Other', { blobHosts: ['blobs.other.example'] });

function problemsOf(hosts: Partial<RegistryProfile>, registry = 'registry.example') {
  const profiles = [toProfile(registry, 'Tried', hosts), other];
  return validateCatalog({ profiles, sharedHosts: new Set() }).map(({ code, host }) => [code, host]);
}

describe('the shipped catalog', () => {
  it('is sound', () => {
    expect(validateCatalog({ profiles: CATALOG, sharedHosts: SHARED_HOSTS })).toEqual([]);
  });

  it('declares no shared host that is not shared', () => {
    const counts = new Map<string, number>();
    for (const host of CATALOG.flatMap(openedHosts)) counts.set(host, (counts.get(host) ?? 0) + 1);
    expect([...SHARED_HOSTS].filter((host) => (counts.get(host) ?? 0) < 2)).toEqual([]);
  });

  it('keeps what anybody can rent out of reach', () => {
    const opened = new Set(CATALOG.flatMap(openedHosts));
    const broad = [
      'storage.googleapis.com',
      '*.r2.cloudflarestorage.com',
      '*.blob.core.windows.net',
      '*.pkg.dev',
    ];
    expect(broad.filter((host) => opened.has(host))).toEqual([]);
    expect(broad.filter((host) => !CATALOG.some((profile) => profile.broadBlobHosts.includes(host)))).toEqual(
      [],
    );
  });
});

const unsound: readonly [string, Partial<RegistryProfile>, string, string][] = [
  ['a host that is none', { blobHosts: ['https://cdn.example'] }, 'HOST_UNPARSABLE', 'https://cdn.example'],
  ['a host that is everything', { broadBlobHosts: ['**'] }, 'HOST_UNPARSABLE', '**'],
  [
    'a host in two lists',
    { blobHosts: ['cdn.example'], broadBlobHosts: ['cdn.example'] },
    'HOST_DUPLICATE',
    'cdn.example',
  ],
  ['its own registry again', { apiHosts: ['registry.example'] }, 'HOST_DUPLICATE', 'registry.example'],
  ['another registry as API', { apiHosts: ['ghcr.io'] }, 'OPENS_REGISTRY', 'ghcr.io'],
  ['another registry as token host', { tokenHosts: ['ghcr.io'] }, 'OPENS_REGISTRY', 'ghcr.io'],
  ['another registry as blob host', { blobHosts: ['GHCR.io:443'] }, 'OPENS_REGISTRY', 'GHCR.io:443'],
  ['another registry below a wildcard', { blobHosts: ['*.io'] }, 'OPENS_REGISTRY', '*.io'],
  ['a whole bucket store', { blobHosts: ['*.s3.amazonaws.com'] }, 'BROAD_AS_DEDICATED', '*.s3.amazonaws.com'],
  [
    'a store by path',
    { blobHosts: ['s3.us-east-1.amazonaws.com'] },
    'BROAD_AS_DEDICATED',
    's3.us-east-1.amazonaws.com',
  ],
  [
    'a store by path, older form',
    { blobHosts: ['s3-us-west-2.amazonaws.com'] },
    'BROAD_AS_DEDICATED',
    's3-us-west-2.amazonaws.com',
  ],
  [
    'a store that is one host',
    { blobHosts: ['storage.googleapis.com'] },
    'BROAD_AS_DEDICATED',
    'storage.googleapis.com',
  ],
  [
    'a wildcard above a store',
    { blobHosts: ['**.googleapis.com'] },
    'BROAD_AS_DEDICATED',
    '**.googleapis.com',
  ],
  ["another's blob host", { blobHosts: ['blobs.other.example'] }, 'SHARED_UNDECLARED', 'blobs.other.example'],
];

describe('validateCatalog', () => {
  it('passes a sound profile', () => {
    expect(
      problemsOf({ tokenHosts: ['auth.example'], blobHosts: ['*.cdn.example'], broadBlobHosts: ['ghcr.io'] }),
    ).toEqual([]);
  });

  it.each(unsound)('refuses %s', (_, hosts, code, host) => {
    expect(problemsOf(hosts)).toContainEqual([code, host]);
  });

  it('refuses a registry twice', () => {
    expect(problemsOf({}, 'ghcr.io')).toEqual([['REGISTRY_DUPLICATE', 'ghcr.io']]);
  });

  it("lets one tenant's own host pass", () => {
    expect(problemsOf({ blobHosts: ['bucket.s3.amazonaws.com', 'd2glxqk2uabbnd.cloudfront.net'] })).toEqual(
      [],
    );
  });

  it('has a case for every code', () => {
    const shown = new Set([...unsound.map(([, , code]) => code), 'REGISTRY_DUPLICATE']);
    expect(new Set(CATALOG_PROBLEM_CODES)).toEqual(shown);
  });
});
