import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHIPPED_CATALOG } from './catalog.ts';
import { CatalogError } from './catalog-error.ts';
import { compareCatalogVersions } from './catalog-version.ts';
import {
  formatCatalog,
  MAX_CATALOG_BYTES,
  parseCatalog,
  parseCatalogText,
  toCatalogJson,
} from './parse-catalog.ts';

const DATA = new URL('../data/catalog.json', import.meta.url);

const profile = {
  registry: 'registry.example',
  name: 'Example',
  apiHosts: [],
  tokenHosts: ['auth.example'],
  blobHosts: ['*.cdn.example'],
  broadBlobHosts: [],
};
const catalog = { format: 1, version: '2026-11-28.2', profiles: [profile], sharedHosts: [] };

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'none';
  } catch (error) {
    if (error instanceof CatalogError) return error.code;
    throw error;
  }
}

describe('the shipped catalog as data', () => {
  it('stands in data/catalog.json', () => {
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(DATA, formatCatalog(SHIPPED_CATALOG));
    expect(parseCatalogText(readFileSync(DATA, 'utf8'))).toEqual(SHIPPED_CATALOG);
  });

  it('reads back as it is', () =>
    expect(parseCatalogText(formatCatalog(SHIPPED_CATALOG))).toEqual(SHIPPED_CATALOG));
});

describe('parseCatalog', () => {
  it('reads what toCatalogJson writes', () => {
    const parsed = parseCatalog(catalog);
    expect(toCatalogJson(parsed)).toEqual(catalog);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a member too many', { ...catalog, urls: [] }],
    ['a member too few', { format: 1, version: '2026-11-28.1', profiles: [] }],
    ['another format', { ...catalog, format: 2 }],
    ['a day alone', { ...catalog, version: '2026-11-28' }],
    ['a day that there never was', { ...catalog, version: '2026-02-30.1' }],
    ['serial zero', { ...catalog, version: '2026-11-28.0' }],
    ['a version of digits', { ...catalog, version: 20261128 }],
    ['profiles by name', { ...catalog, profiles: { a: profile } }],
    ['too many profiles', { ...catalog, profiles: Array.from({ length: 501 }, () => profile) }],
    ['a profile of text', { ...catalog, profiles: ['registry.example'] }],
    ['a member too many in a profile', { ...catalog, profiles: [{ ...profile, insecure: true }] }],
    ['a prototype for a member', { ...catalog, profiles: [JSON.parse('{"__proto__":{}}')] }],
    ['a member too few in a profile', { ...catalog, profiles: [{ ...profile, blobHosts: undefined }] }],
    ['hosts of numbers', { ...catalog, profiles: [{ ...profile, blobHosts: [1] }] }],
    [
      'too many hosts',
      {
        ...catalog,
        profiles: [{ ...profile, blobHosts: Array.from({ length: 201 }, (_, n) => `a${n}.example`) }],
      },
    ],
    ['a name that is empty', { ...catalog, profiles: [{ ...profile, name: '' }] }],
    ['a name that moves the cursor', { ...catalog, profiles: [{ ...profile, name: 'a\u001b[2J' }] }],
    ['a name that is endless', { ...catalog, profiles: [{ ...profile, name: 'a'.repeat(101) }] }],
    ['a host that is endless', { ...catalog, profiles: [{ ...profile, blobHosts: ['a'.repeat(263)] }] }],
  ])('refuses %s', (_, value) => expect(codeOf(() => parseCatalog(value))).toBe('CATALOG_MALFORMED'));

  it.each<[string, unknown]>([
    [
      'a profile that opens another registry',
      {
        ...catalog,
        profiles: [profile, { ...profile, registry: 'b.example', blobHosts: ['registry.example'] }],
      },
    ],
    ['a registry twice', { ...catalog, profiles: [profile, profile] }],
    ['a whole store', { ...catalog, profiles: [{ ...profile, blobHosts: ['*.s3.amazonaws.com'] }] }],
    ['every host', { ...catalog, profiles: [{ ...profile, registry: '**' }] }],
  ])('refuses %s', (_, value) => {
    expect(codeOf(() => parseCatalog(value))).toBe('CATALOG_UNSOUND');
  });

  it('names every problem', () => {
    const unsound = { ...catalog, profiles: [{ ...profile, blobHosts: ['**.amazonaws.com', 'https://x'] }] };
    expect(() => parseCatalog(unsound)).toThrow(
      expect.objectContaining({
        problems: [{ code: 'HOST_UNPARSABLE', registry: 'registry.example', host: 'https://x' }],
      }),
    );
  });
});

describe('parseCatalogText', () => {
  it.each([
    ['no JSON', '{', 'CATALOG_MALFORMED'],
    ['text beyond the limit', ' '.repeat(MAX_CATALOG_BYTES + 1), 'CATALOG_TOO_LARGE'],
    ['lists within lists', '['.repeat(100_000), 'CATALOG_MALFORMED'],
  ])('refuses %s', (_, text, code) => expect(codeOf(() => parseCatalogText(text))).toBe(code));

  it('throws nothing but its own errors', () => {
    const members = fc.record(
      {
        format: fc.constantFrom(1, 2),
        version: fc.constantFrom('2026-11-28.1', ''),
        profiles: fc.jsonValue(),
        sharedHosts: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          members.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          codeOf(() => parseCatalogText(text));
        },
      ),
    );
  });
});

describe('compareCatalogVersions', () => {
  it.each([
    ['2026-11-28.1', '2026-11-28.1', 0],
    ['2026-11-28.2', '2026-11-28.10', -1],
    ['2026-11-28.999', '2026-11-29.1', -1],
    ['2027-01-01.1', '2026-12-31.9', 1],
  ])('%s and %s: %i', (a, b, order) => expect(Math.sign(compareCatalogVersions(a, b))).toBe(order));
});
