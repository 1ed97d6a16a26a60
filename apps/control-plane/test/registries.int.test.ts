/** Registries of the draft and checks, over HTTP. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, OWNER, startHarness } from './harness.ts';
import { enrollMachine, record } from './machine.ts';

describe('registries', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => {
    await plane.close();
  });
  const add = (body: object) => plane.owner.post('registries', body);
  const version = async () => (await plane.owner.get('policy/draft')).body.version;

  it('adds with an id made from the host, what comes with it, and the next version as ETag', async () => {
    const before = await version();
    const added = await add({ registry: 'quay.io', allow: ['pull'], repositories: ['prometheus/**'] });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ id: 'quay-io', allow: ['pull'], state: 'added' });
    expect(added.body.companions).toContain('cdn.quay.io');
    expect(added.headers.get('etag')).toBe(`"d${before + 1}"`);
    expect((await add({ registry: 'quay.io' })).body).toMatchObject({
      id: 'quay-io-2',
      allow: ['pull', 'push'],
    });
  });

  it('edits only what is sent, removes what is null, and shows how the draft differs', async () => {
    const edited = await plane.owner.patch('registries/quay-io', { name: 'Quay', repositories: null });
    expect(edited.body).toMatchObject({ name: 'Quay', allow: ['pull'], state: 'added' });
    expect(edited.body).not.toHaveProperty('repositories');
    await plane.owner.patch('registries/hub', { allow: [] });
    const { items } = (await plane.owner.get('registries')).body;
    expect(items.map((item: { id: string; state: string }) => [item.id, item.state])).toEqual([
      ['hub', 'edited'],
      ['quay-io', 'added'],
      ['quay-io-2', 'added'],
    ]);
  });

  it('removes, and shows what is still published as removed', async () => {
    expect((await plane.owner.delete('registries/hub')).status).toBe(204);
    expect((await plane.owner.get('registries/hub')).body.state).toBe('removed');
    const again = await plane.owner.delete('registries/hub');
    expect([again.status, again.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('adds many at once, in one change and one entry of Activity', async () => {
    const before = await version();
    const entries = [
      { registry: 'bulk-a.example', name: 'A' },
      { registry: 'BULK-A.example:443' },
      { registry: 'quay.io' },
      { registry: 'not a host' },
      { registry: '*.bulk.example' },
      { registry: 'bulk-b.example', repositories: ['A B'] },
    ];
    const outcomes = ['added', 'exists', 'exists', 'invalid', 'added', 'invalid'];
    const dry = await plane.owner.post('registries/bulk', { entries, dryRun: true });
    expect(dry.body).toMatchObject({ version: before, dryRun: true, added: 2, existing: 2, invalid: 2 });
    expect(await version()).toBe(before);
    const { body, headers } = await plane.owner.post('registries/bulk', { entries });
    expect(body.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(outcomes);
    expect(body.results[1].id).toBe(body.results[0].id);
    expect(body.results[3].reason).not.toBe('');
    expect(headers.get('etag')).toBe(`"d${before + 1}"`);
    expect(await version()).toBe(before + 1);
    expect((await plane.owner.get('registries/bulk-a-example')).body).toMatchObject({
      name: 'A',
      state: 'added',
    });
    const [entry, older] = (await plane.owner.get('activity?limit=2')).body.items;
    expect(entry).toMatchObject({ event: 'registry.bulk-added', target: { kind: 'draft' } });
    expect(entry.after.registries).toHaveLength(2);
    expect(older.event).not.toBe('registry.bulk-added');
    expect((await plane.owner.post('registries/bulk', { entries })).body).toMatchObject({
      added: 0,
      version: before + 1,
    });
    expect((await plane.owner.post('registries/bulk', { entries: [] })).status).toBe(400);
  });

  it('adds ten thousand at once, and refuses what no policy can hold', async () => {
    const own = await startHarness();
    try {
      const hosts = Array.from({ length: 10_000 }, (_, at) => ({ registry: `r${at}.example` }));
      const { status, body } = await own.owner.post('registries/bulk', { entries: hosts });
      expect([status, body.added]).toEqual([200, 10_000]);
      const more = hosts.map(({ registry }) => ({ registry: `${'long.'.repeat(20)}${registry}` }));
      expect((await own.owner.post('registries/bulk', { entries: more })).body.code).toBe('POLICY_INVALID');
      expect((await own.owner.get('registries?limit=1')).headers.get('etag')).toBe('"d2"');
    } finally {
      await own.close();
    }
  });

  it('finds by host, name, repository and team, and by the host alone; sorts by host', async () => {
    const own = await startHarness();
    try {
      await own.owner.post('registries', { registry: 'zz.example', name: 'Quayside', teams: ['platform'] });
      await own.owner.post('registries', { registry: 'quay.io', repositories: ['prometheus/**'] });
      await own.owner.post('registries', { registry: 'quay.io:443', allow: [] });
      const ids = async (query: string) =>
        (await own.owner.get(`registries?${query}`)).body.items.map(({ id }: { id: string }) => id);
      expect(await ids('search=QUAY')).toEqual(['zz-example', 'quay-io', 'quay-io-443']);
      expect(await ids('search=prometheus')).toEqual(['quay-io']);
      expect(await ids('search=platform')).toEqual(['zz-example']);
      expect(await ids('search=nothing')).toEqual([]);
      expect(await ids('registry=QUAY.io')).toEqual(['quay-io', 'quay-io-443']);
      expect(await ids('registry=index.docker.io')).toEqual(['hub']);
      expect(await ids('registry=not%20a%20host')).toEqual([]);
      await own.owner.delete('registries/hub');
      expect(await ids('sort=registry')).toEqual(['hub', 'quay-io', 'quay-io-443', 'zz-example']);
    } finally {
      await own.close();
    }
  });

  it('suggests what the catalog knows', async () => {
    const found = async (search: string) =>
      (await plane.owner.get(`catalog?search=${search}`)).body.items.map(
        ({ registry }: { registry: string }) => registry,
      );
    expect((await found('quay'))[0]).toBe('quay.io');
    expect(await found('cdn01.quay')).toContain('quay.io');
    expect(await found('nobody-knows-this')).toEqual([]);
    const { items, version: edition } = (await plane.owner.get('catalog')).body;
    expect(edition).toMatch(/^\d{4}-/);
    expect(items.find(({ kind }: { kind: string }) => kind === 'pattern').registry).toContain('*');
  });

  it('suggests what machines were denied and the draft does not name', async () => {
    const machine = await enrollMachine(plane, { name: 'denied-1' });
    const denied = { verdict: 'deny', effect: 'refuse' } as const;
    await machine.send('d', [
      record(1, { registry: 'quay.io', ...denied }),
      record(2, { registry: 'x.bulk.example', ...denied }),
      record(3, { registry: 'gcr.io', ...denied }),
      record(4, { registry: 'gcr.io', repository: 'a/b', ...denied }),
      record(5, { registry: 'lonely.example', ...denied, effect: 'forward', mode: 'observe' }),
      record(6, { registry: 'not a host', ...denied }),
      record(7, { registry: 'fine.example' }),
    ]);
    const { items } = (await plane.owner.get('registries/suggestions')).body;
    expect(items).toMatchObject([
      { registry: 'gcr.io', denied: 2, observed: 0 },
      { registry: 'lonely.example', denied: 0, observed: 1, companions: [] },
    ]);
    expect(items[0].name).toBeDefined();
    expect((await plane.owner.get('registries/suggestions?limit=1')).body.items).toHaveLength(1);
  });

  it.each<[string, object, number, string]>([
    ['an id that is taken', { id: 'quay-io', registry: 'quay.io' }, 409, 'REGISTRY_EXISTS'],
    ['a host that is none', { registry: 'not a host' }, 422, 'POLICY_INVALID'],
    [
      'a repository pattern that is none',
      { registry: 'a.example', repositories: ['A B'] },
      422,
      'POLICY_INVALID',
    ],
    ['a deep rule on a wildcard', { registry: '*.a.example', tags: ['v1'] }, 422, 'POLICY_INVALID'],
    ['an unknown action', { registry: 'a.example', allow: ['steal'] }, 400, 'REQUEST_INVALID'],
    ['no registry', {}, 400, 'REQUEST_INVALID'],
  ])('refuses %s and changes nothing', async (_what, body, status, code) => {
    const before = await version();
    const answer = await add(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await version()).toBe(before);
  });

  it('lists as many as there are, page by page', async () => {
    const { body, headers } = await plane.owner.get('policy/draft');
    const many = Array.from({ length: 450 }, (_, at) => ({
      id: `many-${at}`,
      registry: `r${at}.many.example`,
      allow: ['pull'],
    }));
    const document = { ...body.document, registries: many };
    await plane.owner.put('policy/draft', { document }, { 'if-match': headers.get('etag') ?? '' });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = (await plane.owner.get(`registries?limit=200${cursor}`)).body;
      seen.push(...page.items.map((item: { id: string }) => item.id));
      if (page.nextCursor === undefined) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect([seen.length, new Set(seen).size]).toEqual([451, 451]);
  });
});

describe('check', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
    await plane.owner.post('policy/mode', { mode: 'enforce' });
    await plane.owner.post('registries', { registry: 'quay.io', allow: ['pull'] });
  });
  afterAll(async () => {
    await plane.close();
  });

  it.each<[string, object, object]>([
    [
      'what is allowed',
      { reference: 'alpine' },
      { verdict: 'allow', ruleId: 'hub', action: 'pull', revision: 2 },
    ],
    [
      'what is not',
      { reference: 'ghcr.io/a/b:1', action: 'push' },
      { verdict: 'deny', reason: 'NOT_LISTED', effect: 'refuse' },
    ],
    ['the published policy', { reference: 'quay.io/a/b' }, { verdict: 'deny' }],
    ['the draft', { reference: 'quay.io/a/b', draft: true }, { verdict: 'allow', ruleId: 'quay-io' }],
    ['another person', { reference: 'alpine', as: OWNER.email }, { verdict: 'allow' }],
  ])('answers %s', async (_what, body, expected) => {
    const answer = await plane.owner.post('check', body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(expected);
    expect(answer.body.steps.length).toBeGreaterThan(0);
  });

  it('names the lines of the rule that decided, of the policy or of the draft', async () => {
    const published = (await plane.owner.post('check', { reference: 'alpine' })).body;
    const { yaml } = (await plane.owner.get('policy')).body;
    const { line, endLine } = published.rule;
    expect(published.rule).toMatchObject({ list: 'registries', id: published.ruleId });
    expect(
      yaml
        .split('\n')
        .slice(line - 1, endLine)
        .join('\n'),
    ).toBe(published.rule.yaml);
    expect(published.rule.yaml).toContain('docker.io');
    const unlisted = (await plane.owner.post('check', { reference: 'nobody.example/a/b' })).body;
    expect(unlisted.rule).toBeUndefined();
  });

  it('says the sentence that the stopped person reads', async () => {
    const { message, policyAgeMs } = (await plane.owner.post('check', { reference: 'ghcr.io/a/b' })).body;
    expect(message).toMatch(/^acme does not allow .*ghcr\.io.* r2\)\./);
    expect(policyAgeMs).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['a malformed reference', { reference: 'UPPER/case:@' }, 422, 'REFERENCE_INVALID'],
    ['a stranger', { reference: 'alpine', as: 'nobody@acme.example' }, 404, 'NOT_FOUND'],
    ['an empty body', {}, 400, 'REQUEST_INVALID'],
  ])('refuses %s', async (_what, body, status, code) => {
    const answer = await plane.owner.post('check', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
