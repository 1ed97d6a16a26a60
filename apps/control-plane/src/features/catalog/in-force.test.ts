import { SHIPPED_CATALOG } from '@pullgate/catalog';
import { describe, expect, it } from 'vitest';
import { chooseCatalog } from './in-force.ts';

const shipped = { ...SHIPPED_CATALOG, version: '2027-01-15.2' };

function imported(signedBy: 'project' | 'organization', version: string) {
  const catalog = JSON.stringify({ version, profiles: [], sharedHosts: [] });
  const by = { imported_at: 0, imported_by: 'u1', imported_by_name: null };
  return { organization_id: 'o1', version, signer: 'key', signed_by: signedBy, catalog, ...by };
}

describe('chooseCatalog', () => {
  it.each([
    ['project', '2027-01-15.1', shipped.version],
    ['project', '2027-01-15.2', shipped.version],
    ['project', '2027-01-15.3', '2027-01-15.3'],
    ['organization', '2026-12-01.1', '2026-12-01.1'],
    ['organization', '2027-02-01.1', '2027-02-01.1'],
  ] as const)('takes, of one by the %s of %s, %s', (signedBy, version, expected) => {
    expect(chooseCatalog(imported(signedBy, version), shipped).catalog.version).toBe(expected);
  });

  it('takes the shipped one where none was imported', () => {
    expect(chooseCatalog(undefined, shipped)).toEqual({ catalog: shipped });
  });
});
