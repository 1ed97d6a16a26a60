import { describe, expect, it } from 'vitest';
import { signJws } from './jws.ts';
import { generateKeyPair, keyFingerprint } from './keys.ts';
import { MAX_SIGNED_CATALOG_BYTES, signCatalog, verifyCatalog } from './signed-catalog.ts';

const CATALOG = { format: 1, version: '2026-11-28.1', profiles: [], sharedHosts: [] };
const [ours, another] = [generateKeyPair(), generateKeyPair()];

/** The payload of one and the signature of another. */
function mix(payload: string, signature: string): string {
  const [header, body] = payload.split('.');
  return [header, body, signature.split('.')[2]].join('.');
}

describe('signed catalogs', () => {
  it('verify by any of the trusted keys, which is named', async () => {
    const jws = await signCatalog(CATALOG, ours.privateKey);
    const verified = await verifyCatalog(jws, [another.publicKey, ours.publicKey]);
    expect(verified).toEqual({ value: CATALOG, signer: await keyFingerprint(ours.publicKey) });
  });

  it('take nothing else', async () => {
    const good = await signCatalog(CATALOG, ours.privateKey);
    const changed = await signCatalog({ ...CATALOG, version: '2027-01-01.1' }, ours.privateKey);
    const asPolicy = await signJws('policy', CATALOG, ours.privateKey);
    const tried: readonly [string, Parameters<typeof verifyCatalog>, string][] = [
      ['no key', [good, []], 'KEY_UNKNOWN'],
      ['another key', [good, [another.publicKey]], 'KEY_UNKNOWN'],
      ['another signature', [mix(good, changed), [ours.publicKey]], 'SIGNATURE_INVALID'],
      ['a policy', [asPolicy, [ours.publicKey]], 'MALFORMED'],
      ['an empty text', ['', [ours.publicKey]], 'MALFORMED'],
      ['too much', ['a'.repeat(MAX_SIGNED_CATALOG_BYTES + 1), [ours.publicKey]], 'TOO_LARGE'],
    ];
    for (const [what, args, code] of tried) {
      await expect(verifyCatalog(...args), what).rejects.toMatchObject({ code });
    }
  });
});
