import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  assignmentPayload,
  certify,
  policyPayload,
  recovery,
  signedAssignment,
  signedPolicy,
  signing,
} from '../test/signed-fixtures.ts';
import {
  BundleError,
  type BundleErrorCode,
  type BundlePosition,
  generateKeyPair,
  keyFingerprint,
  MAX_BUNDLE_BYTES,
  type SignedBundle,
  signPolicy,
  verifyAssignmentBundle,
  verifyPolicyBundle,
} from './index.ts';

const trust = { recoveryKey: recovery.publicKey, organizationId: 'org1' };
const machine = { ...trust, machineId: 'm1' };

const codeOf = async (work: Promise<unknown>): Promise<BundleErrorCode | 'accepted' | 'uncoded'> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof BundleError ? error.code : 'uncoded'),
  );

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const signWith = async (header: Record<string, unknown>, payload: unknown, key = signing.privateKey) =>
  new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', ...header })
    .sign(await importJWK({ ...key }, 'EdDSA'));

describe('verifyPolicyBundle', () => {
  it('returns what was signed, with its position', async () => {
    const { news, payload, position } = await verifyPolicyBundle(await signedPolicy(), trust);
    expect(news).toBe(true);
    expect(payload).toEqual(policyPayload());
    expect(position).toEqual({
      epoch: 1,
      revision: 5,
      issuedAt: 1_000,
      contentHash: policyPayload().contentHash,
    });
  });

  const held: BundlePosition = {
    epoch: 2,
    revision: 5,
    issuedAt: 1_000,
    contentHash: policyPayload().contentHash,
  };
  it.each<[string, Parameters<typeof policyPayload>[0], BundleErrorCode | boolean]>([
    ['the same', { epoch: 2 }, false],
    ['signed again later', { epoch: 2, issuedAt: 1_001 }, true],
    ['a newer revision signed earlier', { epoch: 2, revision: 6, issuedAt: 1 }, true],
    ['a newer epoch with a lower revision', { epoch: 3, revision: 1, issuedAt: 1 }, true],
    ['an older epoch with a higher revision', { epoch: 1, revision: 99, issuedAt: 9_000 }, 'EPOCH_OLD'],
    ['an older revision signed later', { epoch: 2, revision: 4, issuedAt: 9_000 }, 'REVISION_OLD'],
    ['an older copy of the revision', { epoch: 2, issuedAt: 999 }, 'REPLAYED'],
    [
      'other content under the same revision',
      { epoch: 2, issuedAt: 1_001, document: { ...policyPayload().document, addresses: ['10.0.0.1'] } },
      'CONTENT_CHANGED',
    ],
  ])('orders %s', async (_name, changes, expected) => {
    const outcome = verifyPolicyBundle(await signedPolicy(changes), { ...trust, position: held });
    if (typeof expected === 'string') expect(await codeOf(outcome)).toBe(expected);
    else expect((await outcome).news).toBe(expected);
  });

  it('refuses the documents of others', async () => {
    const good = await signedPolicy();
    const stranger = generateKeyPair();
    const foreignKeys = await certify(1, 'org1', stranger.privateKey);
    expect(await codeOf(verifyPolicyBundle({ ...good, keys: foreignKeys }, trust))).toBe('KEY_UNKNOWN');
    const foreignOrganization = { ...good, keys: await certify(1, 'org2') };
    expect(await codeOf(verifyPolicyBundle(foreignOrganization, trust))).toBe('FOREIGN_ORGANIZATION');
    const foreignPayload = await signedPolicy({ organization: { id: 'org2', slug: 'b', name: 'B' } });
    expect(await codeOf(verifyPolicyBundle(foreignPayload, trust))).toBe('FOREIGN_ORGANIZATION');
    const bySomebody = await signPolicy(policyPayload(), {
      keys: good.keys,
      signingKey: stranger.privateKey,
    });
    expect(await codeOf(verifyPolicyBundle(bySomebody, trust))).toBe('KEY_UNKNOWN');
  });

  it('refuses a certificate of another epoch', async () => {
    const bundle = { ...(await signedPolicy({ epoch: 2 })), keys: await certify(1) };
    expect(await codeOf(verifyPolicyBundle(bundle, trust))).toBe('EPOCH_MISMATCH');
  });

  it('refuses a hash that is not that of the content', async () => {
    const typ = 'pullgate-policy+jws';
    const kid = await keyFingerprint(signing.publicKey);
    const payload = await signWith({ typ, kid }, { ...policyPayload(), contentHash: 'sha256:00' });
    expect(await codeOf(verifyPolicyBundle({ keys: await certify(), payload }, trust))).toBe('HASH_MISMATCH');
  });

  it.each([
    ['a missing revision', { revision: undefined }],
    ['a fractional revision', { revision: 1.5 }],
    ['a negative epoch', { epoch: -1 }],
    ['an unsafe integer', { issuedAt: 2 ** 53 }],
    ['another kind', { kind: 'assignment' }],
    ['a document that is a list', { document: [] }],
    ['profiles of text', { profiles: ['docker.io'] }],
  ])('refuses %s though signed', async (_name, changes) => {
    const kid = await keyFingerprint(signing.publicKey);
    const payload = await signWith({ typ: 'pullgate-policy+jws', kid }, { ...policyPayload(), ...changes });
    expect(await codeOf(verifyPolicyBundle({ keys: await certify(), payload }, trust))).toBe(
      'SCHEMA_INVALID',
    );
  });
});

describe('confusion of keys, kinds and algorithms', () => {
  it('refuses swapped parts and other kinds', async () => {
    const policy = await signedPolicy();
    const assignment = await signedAssignment();
    const swapped: readonly SignedBundle[] = [
      { keys: policy.payload, payload: policy.keys },
      { keys: policy.keys, payload: assignment.payload },
      { keys: policy.keys, payload: policy.keys },
    ];
    for (const bundle of swapped) expect(await codeOf(verifyPolicyBundle(bundle, trust))).toBe('MALFORMED');
    expect(await codeOf(verifyAssignmentBundle(policy, machine))).toBe('MALFORMED');
  });

  it('refuses a policy signed by the recovery key itself', async () => {
    const bundle = await signPolicy(policyPayload(), {
      keys: await certify(),
      signingKey: recovery.privateKey,
    });
    expect(await codeOf(verifyPolicyBundle(bundle, trust))).toBe('KEY_UNKNOWN');
  });

  it.each(['none', 'HS256', 'ES256', 'Ed25519', 'EDDSA'])('refuses alg %s', async (alg) => {
    const kid = await keyFingerprint(signing.publicKey);
    const signed = `${base64url({ alg, typ: 'pullgate-policy+jws', kid })}.${base64url(policyPayload())}`;
    // As an attacker would: an HMAC keyed with the public key, which everybody knows.
    const mac = createHmac('sha256', Buffer.from(signing.publicKey.x, 'base64url')).update(signed);
    for (const signature of ['', mac.digest('base64url')]) {
      const bundle = { keys: await certify(), payload: `${signed}.${signature}` };
      expect(await codeOf(verifyPolicyBundle(bundle, trust))).toBe('MALFORMED');
    }
  });

  it.each([
    ['jwk', { jwk: { ...generateKeyPair().publicKey } }],
    ['x5u', { x5u: 'https://evil.example/' }],
    ['jku', { jku: 'https://evil.example/' }],
    ['another typ', { typ: 'JWT' }],
    ['no kid', { kid: undefined }],
  ])('refuses a header with %s', async (_name, header) => {
    const kid = await keyFingerprint(signing.publicKey);
    const payload = await signWith({ typ: 'pullgate-policy+jws', kid, ...header }, policyPayload());
    expect(await codeOf(verifyPolicyBundle({ keys: await certify(), payload }, trust))).toBe('MALFORMED');
  });

  it('refuses crit and b64', async () => {
    const kid = await keyFingerprint(signing.publicKey);
    const header = base64url({ alg: 'EdDSA', typ: 'pullgate-policy+jws', kid, b64: false, crit: ['b64'] });
    const [, payload, signature] = (await signedPolicy()).payload.split('.');
    const bundle = { keys: await certify(), payload: `${header}.${payload}.${signature}` };
    expect(await codeOf(verifyPolicyBundle(bundle, trust))).toBe('MALFORMED');
  });
});

describe('damage', () => {
  it('refuses what is too large before reading it', async () => {
    const payload = 'x'.repeat(MAX_BUNDLE_BYTES);
    expect(await codeOf(verifyPolicyBundle({ keys: 'x', payload }, trust))).toBe('TOO_LARGE');
  });

  it.each<[string, Partial<Record<keyof SignedBundle, unknown>>]>([
    ['an empty payload', { payload: '' }],
    ['a payload that is no text', { payload: 7 }],
    ['two parts', { payload: 'YQ.YQ' }],
    ['four parts', { payload: 'YQ.YQ.YQ.YQ' }],
    ['white space', { payload: 'YQ .YQ.YQ' }],
    ['padding', { payload: 'YQ==.YQ.YQ' }],
    ['a header that is null', { payload: `${base64url(null)}.YQ.YQ` }],
    ['a header that is a list', { payload: `${base64url([])}.YQ.YQ` }],
  ])('refuses %s', async (_name, changes) => {
    const bundle = { ...(await signedPolicy()), ...changes } as SignedBundle;
    expect(await codeOf(verifyPolicyBundle(bundle, trust))).toBe('MALFORMED');
  });

  it('refuses payloads that are no JSON or no UTF-8 though signed', async () => {
    const kid = await keyFingerprint(signing.publicKey);
    const key = await importJWK({ ...signing.privateKey }, 'EdDSA');
    for (const bytes of [Buffer.from('{'), Buffer.from([0x22, 0xff, 0x22])]) {
      const payload = await new CompactSign(bytes)
        .setProtectedHeader({ alg: 'EdDSA', typ: 'pullgate-policy+jws', kid })
        .sign(key);
      expect(await codeOf(verifyPolicyBundle({ keys: await certify(), payload }, trust))).toBe('MALFORMED');
    }
  });

  it('never accepts a document with one bit flipped, one character changed, or its end cut off', async () => {
    const good = await signedPolicy();
    const part = fc.constantFrom<keyof SignedBundle>('keys', 'payload');
    await fc.assert(
      fc.asyncProperty(part, fc.nat(), fc.nat(7), fc.boolean(), async (name, at, bit, cut) => {
        const text = good[name];
        const index = at % text.length;
        const flipped = String.fromCharCode(text.charCodeAt(index) ^ (1 << bit));
        const changed = cut ? text.slice(0, index) : text.slice(0, index) + flipped + text.slice(index + 1);
        const code = await codeOf(verifyPolicyBundle({ ...good, [name]: changed }, trust));
        expect(['MALFORMED', 'SIGNATURE_INVALID', 'KEY_UNKNOWN']).toContain(code);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses every single changed byte of the signature as such', async () => {
    const good = await signedPolicy();
    const [header, body, signature] = good.payload.split('.');
    const bytes = Buffer.from(signature ?? '', 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const copy = Buffer.from(bytes);
      copy[index] = (copy[index] ?? 0) ^ 1;
      const payload = `${header}.${body}.${copy.toString('base64url')}`;
      expect(await codeOf(verifyPolicyBundle({ ...good, payload }, trust))).toBe('SIGNATURE_INVALID');
    }
  });
});

describe('verifyAssignmentBundle', () => {
  it('returns what was signed', async () => {
    const { payload, position } = await verifyAssignmentBundle(await signedAssignment(), machine);
    expect(payload).toEqual(assignmentPayload());
    expect(position).toEqual({ epoch: 1, revision: 3, issuedAt: 1_000 });
  });

  it('refuses the assignment of another machine', async () => {
    const stolen = await signedAssignment({ machineId: 'm2' });
    expect(await codeOf(verifyAssignmentBundle(stolen, machine))).toBe('FOREIGN_MACHINE');
  });

  it('orders by its own sequence', async () => {
    const position = { epoch: 1, revision: 3, issuedAt: 1_000 };
    const verify = async (changes: Parameters<typeof assignmentPayload>[0]) =>
      verifyAssignmentBundle(await signedAssignment(changes), { ...machine, position });
    expect(await codeOf(verify({ sequence: 2 }))).toBe('REVISION_OLD');
    expect(await codeOf(verify({ issuedAt: 999 }))).toBe('REPLAYED');
    expect((await verify({})).news).toBe(false);
    expect((await verify({ sequence: 4 })).news).toBe(true);
  });

  it.each([
    ['an unknown action in a grant', { grants: [{ ...assignmentPayload().grants[0], actions: ['own'] }] }],
    ['an unknown stage', { stage: 'blocked' }],
    ['a label that is no text', { labels: { site: 1 } }],
    ['a holder without id', { holder: {} }],
  ])('refuses %s though signed', async (_name, changes) => {
    const kid = await keyFingerprint(signing.publicKey);
    const payload = await signWith(
      { typ: 'pullgate-assignment+jws', kid },
      { ...assignmentPayload(), ...changes },
    );
    expect(await codeOf(verifyAssignmentBundle({ keys: await certify(), payload }, machine))).toBe(
      'SCHEMA_INVALID',
    );
  });
});
