import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateKeyPair,
  keyFingerprint,
  type PolicyPayload,
  type SignedBundle,
  signAssignment,
  signKeyCertificate,
  signPolicy,
} from '@pullgate/bundle';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { testDocument } from '../../test/test-document.ts';
import { toAssignmentPayload, toPolicyPayload } from '../../test/test-payloads.ts';
import { systemClock } from '../clock.ts';
import { createBundleStore } from './bundle-store.ts';

const recovery = generateKeyPair();
const signing = generateKeyPair();
const fingerprint = await keyFingerprint(recovery.publicKey);

const signerOf = async (epoch: number) => ({
  keys: await signKeyCertificate(
    { kind: 'keys', organizationId: 'org1', epoch, issuedAt: 1, signingKey: { ...signing.publicKey } },
    recovery.privateKey,
  ),
  signingKey: signing.privateKey,
});

async function policy(changes: Partial<PolicyPayload> = {}): Promise<SignedBundle> {
  const payload = toPolicyPayload({ revision: 5, issuedAt: 1_000, ...changes });
  return await signPolicy(payload, await signerOf(payload.epoch));
}

const assignment = async (sequence: number, teams: string[] = [], machineId = 'm1') =>
  signAssignment(toAssignmentPayload({ machineId, sequence, teams }), await signerOf(1));

async function openStore(dir: string, trust = { recoveryKey: recovery.publicKey, fingerprint }) {
  const store = createBundleStore({
    dir,
    organizationId: 'org1',
    machineId: 'm1',
    clock: systemClock,
    log: pino({ level: 'silent' }),
    ...trust,
  });
  await store.load();
  return store;
}

const tampered = ({ keys, payload }: SignedBundle): SignedBundle => {
  const [header, body, signature] = payload.split('.');
  const changed = Buffer.from(body ?? '', 'base64url')
    .toString()
    .replace('docker.io', 'docker.iq');
  return { keys, payload: `${header}.${Buffer.from(changed).toString('base64url')}.${signature}` };
};

describe('offer', () => {
  it('takes what is newer, and nothing else', async () => {
    const store = await openStore(await makeTemporaryDirectory());
    expect(store.snapshot()).toBeUndefined();
    expect(await store.offer('policy', await policy())).toBe('taken');
    expect(await store.offer('policy', await policy())).toBe('unchanged');
    expect(await store.offer('policy', await policy({ issuedAt: 2_000 }))).toBe('taken');
    expect(await store.offer('policy', await policy({ revision: 6 }))).toBe('taken');
    expect(store.snapshot()?.policy.revision).toBe(6);
    expect(store.positions().policy).toMatchObject({ epoch: 1, revision: 6 });
  });

  it.each<[string, () => Promise<SignedBundle>, string]>([
    ['tampered', async () => tampered(await policy({ revision: 6 })), 'SIGNATURE_INVALID'],
    ['truncated', async () => ({ keys: '', payload: '' }), 'MALFORMED'],
    [
      'of another organization',
      () => policy({ revision: 6, organization: { id: 'o2', slug: 'b', name: 'B' } }),
      'FOREIGN_ORGANIZATION',
    ],
    ['older', () => policy({ revision: 4 }), 'REVISION_OLD'],
    ['of an older epoch', () => policy({ epoch: 0, revision: 9 }), 'EPOCH_OLD'],
    ['signed earlier', () => policy({ issuedAt: 999 }), 'REPLAYED'],
    [
      'changed under its number',
      () => policy({ issuedAt: 2_000, document: { ...testDocument, addresses: [] } }),
      'CONTENT_CHANGED',
    ],
    [
      'no valid policy',
      () => policy({ revision: 6, document: { ...testDocument, registries: [{}] } as never }),
      'POLICY_INVALID',
    ],
    ['an assignment', () => assignment(9), 'MALFORMED'],
    ['too large', async () => ({ keys: '', payload: 'x'.repeat(9 * 1024 * 1024) }), 'TOO_LARGE'],
  ])('rejects one that is %s, and keeps the one in force', async (_name, make, code) => {
    const dir = await makeTemporaryDirectory();
    const store = await openStore(dir);
    await store.offer('policy', await policy());
    expect(await store.offer('policy', await make())).toBe('rejected');
    expect(store.rejection()).toMatchObject({ kind: 'policy', code });
    expect(store.snapshot()?.policy).toMatchObject({ revision: 5, issuedAt: 1_000 });
    expect((await openStore(dir)).snapshot()?.policy.issuedAt).toBe(1_000);
  });

  it('rejects the assignment of another machine', async () => {
    const store = await openStore(await makeTemporaryDirectory());
    expect(await store.offer('assignment', await assignment(1, [], 'm2'))).toBe('rejected');
    expect(store.rejection()?.code).toBe('FOREIGN_MACHINE');
  });

  it('makes one snapshot of policy and assignment, whichever comes first', async () => {
    const store = await openStore(await makeTemporaryDirectory());
    await store.offer('assignment', await assignment(1, ['platform']));
    expect(store.snapshot()).toBeUndefined();
    await store.offer('policy', await policy());
    expect(store.snapshot()?.subject).toEqual({ teams: ['platform'], machine: 'm1' });
    await store.offer('assignment', await assignment(2));
    expect(store.snapshot()?.subject.teams).toEqual([]);
  });

  it('clears a rejection when a good one of its kind is taken', async () => {
    const store = await openStore(await makeTemporaryDirectory());
    await store.offer('policy', { keys: '', payload: '' });
    await store.offer('assignment', await assignment(1));
    expect(store.rejection()?.code).toBe('MALFORMED');
    await store.offer('policy', await policy());
    expect(store.rejection()).toBeUndefined();
  });
});

describe('load', () => {
  it('brings back what was in force', async () => {
    const dir = await makeTemporaryDirectory();
    const store = await openStore(dir);
    await store.offer('policy', await policy());
    await store.offer('assignment', await assignment(1, ['platform']));
    const again = await openStore(dir);
    expect(again.snapshot()?.policy.revision).toBe(5);
    expect(again.snapshot()?.subject.teams).toEqual(['platform']);
    expect(again.takenAt()).toBe(store.takenAt());
    expect(await again.offer('policy', await policy({ revision: 4 }))).toBe('rejected');
  });

  it.each<[string, string | ((text: string) => string), string]>([
    ['empty', '', 'STORED_DAMAGED'],
    ['rubbish', '\u0000\u0001', 'STORED_DAMAGED'],
    ['cut off', (text) => text.slice(0, -20), 'STORED_DAMAGED'],
    [
      'tampered with',
      (text) => JSON.stringify({ ...tampered(JSON.parse(text)), takenAt: 1 }),
      'SIGNATURE_INVALID',
    ],
    ['changed in its signature', (text) => text.replace(/....(?="}$)/, 'AAAA'), 'SIGNATURE_INVALID'],
  ])(
    'sets aside a file that is %s: no policy rather than a wrong one, and the same one taken again',
    async (_name, change, code) => {
      const dir = await makeTemporaryDirectory();
      await (await openStore(dir)).offer('policy', await policy());
      const path = join(dir, 'policy.bundle.json');
      const text = await readFile(path, 'utf8');
      await writeFile(path, typeof change === 'string' ? change : change(text));
      const store = await openStore(dir);
      expect(store.snapshot()).toBeUndefined();
      expect(store.rejection()?.code).toBe(code);
      expect(await readdir(dir)).toContain('policy.bundle.json.rejected');
      expect(await store.offer('policy', await policy())).toBe('taken');
      expect(store.rejection()).toBeUndefined();
    },
  );

  it('refuses an older file put in the place of the newest', async () => {
    const dir = await makeTemporaryDirectory();
    const store = await openStore(dir);
    await store.offer('policy', await policy());
    const old = await readFile(join(dir, 'policy.bundle.json'));
    await store.offer('policy', await policy({ revision: 6 }));
    await writeFile(join(dir, 'policy.bundle.json'), old);
    const again = await openStore(dir);
    expect(again.snapshot()).toBeUndefined();
    expect(again.rejection()?.code).toBe('REVISION_OLD');
    expect(await again.offer('policy', await policy())).toBe('rejected');
    expect(await again.offer('policy', await policy({ revision: 6 }))).toBe('taken');
  });

  it('starts afresh under another recovery key', async () => {
    const dir = await makeTemporaryDirectory();
    await (await openStore(dir)).offer('policy', await policy());
    const { publicKey } = generateKeyPair();
    const store = await openStore(dir, {
      recoveryKey: publicKey,
      fingerprint: await keyFingerprint(publicKey),
    });
    expect(store.snapshot()).toBeUndefined();
    expect(store.rejection()?.code).toBe('KEY_UNKNOWN');
    expect(store.positions()).toEqual({});
  });

  it('puts a policy in force that the disk does not take', async () => {
    const dir = await makeTemporaryDirectory();
    const store = await openStore(join(dir, 'gone'));
    expect(await store.offer('policy', await policy())).toBe('taken');
    expect(store.snapshot()?.policy.revision).toBe(5);
  });
});
