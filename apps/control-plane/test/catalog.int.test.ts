/** Catalogs imported over HTTP: whose signature counts, what is refused, and what machines download then. */

import { generateKeyPair, keyFingerprint, signCatalog } from '@pullgate/bundle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';
import { enrollMachine } from './machine.ts';

const { publicKey, privateKey } = generateKeyPair();
const ACME = {
  ...{ registry: 'registry.acme.example', name: 'Acme', apiHosts: [], tokenHosts: ['auth.acme.example'] },
  ...{ blobHosts: ['cdn.acme.example'], broadBlobHosts: [] },
};

let plane: Harness;
let fingerprint: string;
// biome-ignore lint/suspicious/noExplicitAny: the document as the API gives it
let shipped: any;

beforeAll(async () => {
  plane = await startHarness();
  fingerprint = await keyFingerprint(publicKey);
  shipped = (await plane.owner.get('catalog/document')).body;
});
afterAll(async () => {
  await plane.close();
});

const sign = async (changes: object, key = privateKey) => await signCatalog({ ...shipped, ...changes }, key);
const take = async (signed: string, owner = plane.owner) => await owner.post('catalog/import', { signed });
const state = async () => (await plane.owner.get('catalog/state')).body;
const withAcme = { version: '2999-01-01.1', profiles: [] as object[] };

describe('the catalog of an organization', () => {
  it('is the shipped one at first', async () => {
    withAcme.profiles = [...shipped.profiles, ACME];
    expect(await state()).toMatchObject({
      version: shipped.version,
      source: 'shipped',
      shipped: shipped.version,
      published: { revision: 1, version: shipped.version, isCurrent: true },
      keys: [],
    });
    expect((await plane.owner.post('catalog/apply', {})).body.code).toBe('NOTHING_TO_PUBLISH');
    expect((await plane.owner.post('catalog/reset')).body.code).toBe('NOTHING_TO_PUBLISH');
  });

  it('takes nothing from a key that no owner trusts', async () => {
    const refused = await take(await sign(withAcme));
    expect([refused.status, refused.body.code]).toEqual([422, 'CATALOG_UNTRUSTED']);
    const admin = await plane.addMember({ email: 'admin@acme.example', role: 'admin' });
    const key = { name: 'platform', publicKey: publicKey.x };
    expect((await admin.post('catalog/keys', key)).status).toBe(403);
    expect((await plane.owner.post('catalog/keys', { ...key, publicKey: 'A'.repeat(42) })).status).toBe(400);
    expect((await plane.owner.post('catalog/keys', key)).body).toMatchObject({
      fingerprint,
      name: 'platform',
    });
    expect((await plane.owner.post('catalog/keys', key)).status).toBe(201);
    expect((await state()).keys).toHaveLength(1);
  });

  it('is imported by an admin, and machines download its profiles under the next revision', async () => {
    const machine = await enrollMachine(plane);
    const admin = await plane.signIn('admin@acme.example', 'correct horse battery');
    const moved = await admin.post('catalog/import', { signed: await sign(withAcme) });
    expect(moved.body).toEqual({ from: shipped.version, to: '2999-01-01.1', revision: 2 });
    const bundle = await machine.call('GET', '/agent/v1/policy');
    const payload = JSON.parse(Buffer.from(bundle.body.payload.split('.')[1], 'base64url').toString());
    expect(payload.revision).toBe(2);
    expect(payload.profiles).toContainEqual(ACME);
    expect(payload.catalogVersion).toBe('2999-01-01.1');
    expect(await state()).toMatchObject({
      version: '2999-01-01.1',
      source: 'imported',
      imported: { signer: fingerprint, signedBy: 'organization' },
      published: { revision: 2, isCurrent: true },
    });
  });

  it('is what the draft is judged by, and what comes with an entry', async () => {
    const added = await plane.owner.post('registries', { registry: 'registry.acme.example' });
    expect(added.body.companions).toEqual(['auth.acme.example', 'cdn.acme.example']);
    const found = await plane.owner.get('catalog?search=cdn.acme');
    expect(found.body).toMatchObject({
      version: '2999-01-01.1',
      items: [{ registry: 'registry.acme.example' }],
    });
    const check = await plane.owner.post('check', { reference: 'cdn.acme.example/a/b', draft: true });
    expect(check.body.verdict).toBe('deny');
  });

  it('is what the profiles of a document are held against, by whichever way they come', async () => {
    const edit = async (registry: string, lists: object) => {
      const { document, version } = (await plane.owner.get('policy/draft')).body;
      const body = { document: { ...document, profiles: [{ registry, ...lists }] } };
      return await plane.owner.put('policy/draft', body, { 'if-match': `"d${version}"` });
    };
    const own = 'other.acme.example';
    const refused = await edit(own, { blobHosts: ['registry.acme.example'] });
    expect([refused.status, refused.body.problems[0].code]).toEqual([422, 'OPENS_REGISTRY']);
    const { yaml, version } = (await plane.owner.get('policy/draft')).body;
    const text = `${yaml}profiles:\n  - { registry: ${own}, blobHosts: [registry.acme.example] }\n`;
    const asText = await plane.owner.put('policy/draft', { yaml: text }, { 'if-match': `"d${version}"` });
    expect([asText.status, asText.body.problems[0].code]).toEqual([422, 'OPENS_REGISTRY']);
    expect((await edit(own, { blobHosts: ['cdn.other.example'] })).status).toBe(200);
    const now = (await plane.owner.get('policy/draft')).body;
    const { profiles: _, ...document } = now.document;
    const back = await plane.owner.put('policy/draft', { document }, { 'if-match': `"d${now.version}"` });
    expect(back.status).toBe(200);
  });

  it('keeps the draft, which goes along to the new revision', async () => {
    const draft = await plane.owner.get('policy/draft');
    expect(draft.body).toMatchObject({ base: 2, published: 2 });
    const { version } = draft.body;
    expect(
      (await plane.owner.post('policy/publish', {}, { 'if-match': `"d${version}"` })).body.revision,
    ).toBe(3);
  });

  it('only rises, and is refused unless it is sound', async () => {
    const refusals = [
      [await sign(withAcme), 409, 'CATALOG_OLD'],
      [await sign({ ...withAcme, version: '2998-12-31.9' }), 409, 'CATALOG_OLD'],
      [await sign({ ...withAcme, version: '2999-01-02.1', urls: [] }), 422, 'CATALOG_INVALID'],
      [
        await sign({ version: '2999-01-02.1', profiles: [{ ...ACME, blobHosts: ['**.amazonaws.com'] }] }),
        422,
        'CATALOG_INVALID',
      ],
      [
        await sign({ ...withAcme, version: '2999-01-02.1' }, generateKeyPair().privateKey),
        422,
        'CATALOG_UNTRUSTED',
      ],
      ['x', 422, 'CATALOG_INVALID'],
    ] as const;
    for (const [signed, status, code] of refusals) {
      const { body, ...answer } = await take(signed);
      expect([answer.status, body.code]).toEqual([status, code]);
    }
    expect((await take('a'.repeat(800 * 1024))).status).toBe(413);
    expect((await state()).published.revision).toBe(3);
  });

  it('stops at tests of the policy that fail with it, unless it is forced', async () => {
    const { yaml } = (await plane.owner.get('policy')).body;
    const tests = 'tests:\n  - { pull: "api.acme.example/a/b:1", expect: deny }\n';
    const { version } = (await plane.owner.get('policy/draft')).body;
    await plane.owner.put('policy/draft', { yaml: `${yaml}${tests}` }, { 'if-match': `"d${version}"` });
    await plane.owner.post('policy/publish', {}, { 'if-match': `"d${version + 1}"` });
    const profiles = [...shipped.profiles, { ...ACME, apiHosts: ['api.acme.example'] }];
    const signed = await sign({ version: '2999-01-03.1', profiles });
    expect((await take(signed)).body.code).toBe('POLICY_TESTS_FAILED');
    expect((await state()).version).toBe('2999-01-01.1');
    const forced = await plane.owner.post('catalog/import', { signed, force: true });
    expect(forced.body).toEqual({ from: '2999-01-01.1', to: '2999-01-03.1', revision: 5 });
  });

  it('goes back to the shipped one by reset, and with the key that signed it', async () => {
    expect((await plane.owner.post('catalog/reset')).body).toEqual({
      from: '2999-01-03.1',
      to: shipped.version,
      revision: 6,
    });
    expect((await take(await sign(withAcme))).body).toMatchObject({ revision: 7 });
    expect((await plane.owner.delete(`catalog/keys/${fingerprint}`)).status).toBe(204);
    expect(await state()).toMatchObject({
      source: 'shipped',
      keys: [],
      published: { revision: 8, isCurrent: true },
    });
    expect((await plane.owner.delete(`catalog/keys/${fingerprint}`)).status).toBe(404);
    expect((await take(await sign(withAcme))).body.code).toBe('CATALOG_UNTRUSTED');
  });

  it('leaves its entries in Activity and in the history', async () => {
    const { items } = (await plane.owner.get('activity?limit=200')).body;
    const events = items
      .map(({ event }: { event: string }) => event)
      .filter((event: string) => event.startsWith('catalog.'));
    expect(events.reverse()).toEqual([
      'catalog.key-trusted',
      'catalog.imported',
      'catalog.imported',
      'catalog.reset',
      'catalog.imported',
      'catalog.key-distrusted',
      'catalog.reset',
    ]);
    const history = (await plane.owner.get('policy/revisions')).body.items;
    expect(history[0].comment).toBe(`catalog 2999-01-01.1 → ${shipped.version}`);
  });
});

describe('a catalog that makes a registry of what a profile lists', () => {
  it('stops edits until the profile is mended, but neither the mode nor a rollback', async () => {
    await using own = await startOwnHarness();
    const { owner } = own.plane;
    await owner.post('catalog/keys', { name: 'platform', publicKey: publicKey.x });
    const edit = async (changes: object) => {
      const { document, version } = (await owner.get('policy/draft')).body;
      const body = { document: { ...document, ...changes } };
      return await owner.put('policy/draft', body, { 'if-match': `"d${version}"` });
    };
    const profiles = [{ registry: 'other.acme.example', blobHosts: ['registry.acme.example'] }];
    const { version } = (await edit({ profiles })).body;
    await owner.post('policy/publish', {}, { 'if-match': `"d${version}"` });
    expect((await take(await sign(withAcme), owner)).status).toBe(200);
    const refused = await edit({ contact: { message: 'Ask in #platform' } });
    expect([refused.status, refused.body.problems[0].code]).toEqual([422, 'OPENS_REGISTRY']);
    expect((await owner.post('policy/mode', { mode: 'enforce', force: true })).status).toBe(200);
    expect((await owner.post('policy/rollback', { revision: 2 })).status).toBe(200);
    expect((await edit({ profiles: undefined })).status).toBe(200);
  });
});

async function startOwnHarness() {
  const own = await startHarness();
  return { plane: own, [Symbol.asyncDispose]: () => own.close() };
}
