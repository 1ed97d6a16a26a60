import { generateKeyPair, keyFingerprint, signCatalog } from '@pullgate/bundle';
import { SHIPPED_CATALOG, toCatalogJson } from '@pullgate/catalog';
import { describe, expect, it } from 'vitest';
import { verifyImport } from './verify-import.ts';

const [project, own, stranger] = [generateKeyPair(), generateKeyPair(), generateKeyPair()];
const CATALOG = toCatalogJson(SHIPPED_CATALOG);
const ownRows = [
  {
    ...{ organization_id: 'o1', fingerprint: await keyFingerprint(own.publicKey), name: 'own' },
    ...{ public_key: own.publicKey.x, created_at: 0, created_by: 'u1' },
  },
];
const verify = (signed: string) => verifyImport(signed, ownRows, [project.publicKey]);

describe('verifyImport', () => {
  it.each([
    ['project', project],
    ['organization', own],
  ] as const)(
    'takes what the %s signed, with the end of line of a file',
    async (signedBy, { privateKey }) => {
      const verified = await verify(`${await signCatalog(CATALOG, privateKey)}\n`);
      expect(verified).toMatchObject({ signedBy, catalog: { version: SHIPPED_CATALOG.version } });
    },
  );

  it('refuses everything else by its code', async () => {
    const unsound = {
      ...CATALOG,
      profiles: [{ ...SHIPPED_CATALOG.profiles[0], blobHosts: ['*.s3.amazonaws.com'] }],
    };
    const tried = [
      ['a stranger', await signCatalog(CATALOG, stranger.privateKey), 'CATALOG_UNTRUSTED'],
      ['plain JSON', JSON.stringify(CATALOG), 'CATALOG_INVALID'],
      ['nothing', '', 'CATALOG_INVALID'],
      ['another format', await signCatalog({ ...CATALOG, format: 2 }, own.privateKey), 'CATALOG_INVALID'],
      ['what opens too much', await signCatalog(unsound, own.privateKey), 'CATALOG_INVALID'],
    ] as const;
    for (const [what, signed, code] of tried)
      await expect(verify(signed), what).rejects.toMatchObject({ code });
  });
});
