import { describe, expect, it } from 'vitest';
import { certify, policyPayload, recovery, signing } from '../test/signed-fixtures.ts';
import { generateKeyPair, keyFingerprint, signKeyCertificate, signPolicy, toPublicJwk } from './index.ts';

describe('signing', () => {
  it('does not sign what no agent would take', async () => {
    const signer = { keys: await certify(), signingKey: signing.privateKey };
    await expect(signPolicy({ ...policyPayload(), contentHash: 'sha256:00' }, signer)).rejects.toMatchObject({
      code: 'HASH_MISMATCH',
    });
    await expect(signPolicy({ ...policyPayload(), revision: 0.5 }, signer)).rejects.toMatchObject({
      code: 'SCHEMA_INVALID',
    });
  });

  it('never writes a private key into a certificate', async () => {
    const payload = {
      kind: 'keys' as const,
      organizationId: 'org1',
      epoch: 1,
      issuedAt: 1,
      signingKey: { ...signing.privateKey },
    };
    const body = (await signKeyCertificate(payload, recovery.privateKey)).split('.')[1] ?? '';
    expect(Buffer.from(body, 'base64url').toString()).not.toContain(signing.privateKey.d);
  });

  it('refuses keys that are none', async () => {
    const { publicKey } = generateKeyPair();
    for (const key of [null, {}, { ...publicKey, crv: 'X25519' }, { ...publicKey, x: `${publicKey.x}=` }])
      expect(() => toPublicJwk(key)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
    const damaged = { ...generateKeyPair().privateKey, d: 'AA' };
    await expect(signPolicy(policyPayload(), { keys: '', signingKey: damaged })).rejects.toMatchObject({
      code: 'KEY_INVALID',
    });
  });

  it('names a key by RFC 7638 (the example of RFC 8037, A.3)', async () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    const fingerprint = await keyFingerprint({ kty: 'OKP', crv: 'Ed25519', x });
    expect(fingerprint).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});
