/** The published policy and its draft over HTTP: editing, conflicts, publishing, modes, history, rollback. */

import { parsePolicy } from '@pullgate/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Harness, startHarness } from './harness.ts';

describe('policy', () => {
  let plane: Harness;
  beforeEach(async () => {
    plane = await startHarness();
  });
  afterEach(async () => {
    await plane.close();
  });

  const etag = (answer: Answer) => ({ 'if-match': answer.headers.get('etag') ?? '' });
  const draft = () => plane.owner.get('policy/draft');
  const edit = async (change: (yaml: string) => string) => {
    const now = await draft();
    return await plane.owner.put('policy/draft', { yaml: change(now.body.yaml) }, etag(now));
  };
  const publish = async (body: object = {}) =>
    await plane.owner.post('policy/publish', body, etag(await draft()));
  const add = (registry: string, more: object = {}) => plane.owner.post('registries', { registry, ...more });
  const revision = async () => (await plane.owner.get('policy')).body.revision;

  it('begins with revision 1: Docker Hub allowed, observed', async () => {
    const { status, headers, body } = await plane.owner.get('policy');
    expect([status, headers.get('etag')]).toEqual([200, '"r1"']);
    expect(body).toMatchObject({ revision: 1, mode: 'observe', publishedBy: { name: 'Olga Owner' } });
    expect(body.document.registries).toMatchObject([{ id: 'hub', registry: 'docker.io' }]);
    expect(body.contentHash).toMatch(/^sha256:[0-9a-f]{64}$/);
    const { changes, version, base, published } = (await draft()).body;
    expect([changes, version, base, published]).toEqual([[], 1, 1, 1]);
  });

  it('publishes the draft as revision 2, with its diff and an Activity entry', async () => {
    expect((await add('quay.io', { allow: ['pull'] })).status).toBe(201);
    const result = await publish({ comment: 'prometheus needs it' });
    expect(result.status).toBe(200);
    expect(result.body).toMatchObject({ revision: 2, changes: [{ op: 'add', path: '/registries/quay-io' }] });
    const after = await draft();
    expect(after.body).toMatchObject({ base: 2, published: 2, changes: [] });
    const [entry] = (await plane.owner.get('activity?limit=1')).body.items;
    expect(entry).toMatchObject({
      event: 'policy.published',
      actor: { kind: 'token', name: 'Olga Owner' },
      before: { revision: 1 },
      after: { revision: 2, comment: 'prometheus needs it' },
      from: { address: '127.0.0.1' },
    });
  });

  it('keeps the comments that owners write', async () => {
    const written = await edit((yaml) => `# who to ask: platform\n${yaml}`);
    expect(written.status).toBe(200);
    await add('quay.io');
    await plane.owner.patch('registries/hub', { allow: ['pull'] });
    await plane.owner.post('policy/mode', { mode: 'enforce' });
    expect((await draft()).body.yaml).toContain('# who to ask: platform');
  });

  it('keeps text and document the same through every change', async () => {
    await edit((yaml) => yaml.replace('mode: observe', 'mode: { default: observe } # for now'));
    await add('quay.io', { allow: ['pull'], repositories: ['a/*'], because: 'why: "not"' });
    await plane.owner.patch('registries/quay-io', { repositories: null, name: 'Quay', insecure: true });
    await plane.owner.delete('registries/hub');
    await plane.owner.post('policy/mode', { mode: 'off', team: 'lab' });
    for (const path of ['policy', 'policy/draft']) {
      const { yaml, document } = (await plane.owner.get(path)).body;
      expect(parsePolicy(yaml)).toEqual(document);
    }
  });

  it('refuses a change without If-Match, and one on an older version, telling both sides', async () => {
    const seen = await draft();
    const yaml = seen.body.yaml.replace('allow: [pull, push]', 'allow: [pull]');
    expect((await plane.owner.put('policy/draft', { yaml })).body.code).toBe('IF_MATCH_REQUIRED');
    expect((await plane.owner.post('policy/publish', {})).status).toBe(428);
    await add('quay.io');
    const late = await plane.owner.put('policy/draft', { yaml }, etag(seen));
    expect([late.status, late.body.code]).toEqual([409, 'DRAFT_CONFLICT']);
    expect(late.body.yours).toEqual({ version: 1 });
    expect(late.body.theirs).toMatchObject({
      version: 2,
      updatedBy: { name: 'Olga Owner' },
      changes: [{ path: '/registries/quay-io' }],
    });
    expect(late.body.theirs.yaml).toContain('quay.io');
    expect((await draft()).body.yaml).toBe(late.body.theirs.yaml);
    expect((await plane.owner.post('policy/publish', {}, etag(seen))).body.code).toBe('DRAFT_CONFLICT');
  });

  it('lets one of two editors at once win', async () => {
    const seen = await draft();
    const attempts = ['a.example', 'b.example', 'c.example'].map((host) =>
      plane.owner.post('registries', { registry: host }, etag(seen)),
    );
    const statuses = (await Promise.all(attempts)).map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([201, 409, 409]);
    const publishes = await Promise.all([publish(), publish()]);
    expect(publishes.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    expect(await revision()).toBe(2);
  });

  it.each([
    ['not YAML', 'a: [', 'POLICY_INVALID'],
    ['an unknown key', 'version: 1\norganization: acme\nregistrys: []\n', 'POLICY_INVALID'],
    ['a foreign organization', 'version: 1\norganization: other\n', 'POLICY_INVALID'],
    ['duplicate keys', 'version: 1\nversion: 1\norganization: acme\n', 'POLICY_INVALID'],
    ['an alias bomb', 'a: &a [x]\nb: [*a,*a]\n', 'POLICY_INVALID'],
    ['10,000 levels', `version: ${'['.repeat(10_000)}`, 'POLICY_INVALID'],
  ])('refuses %s with places, and keeps the draft', async (_what, yaml, code) => {
    const answer = await edit(() => yaml);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(answer.body.problems.length).toBeGreaterThan(0);
    expect((await draft()).body.version).toBe(1);
  });

  it('refuses a policy of 10 MB by its size', async () => {
    const answer = await edit(() => `# ${'x'.repeat(10 * 1024 * 1024)}`);
    expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('takes a document as JSON, and exactly one of the two', async () => {
    const now = await draft();
    const document = { ...now.body.document, contact: { message: 'Ask in #platform' } };
    const noted = await edit((yaml) => `# of the owners\n${yaml}`);
    const put = await plane.owner.put('policy/draft', { document }, etag(noted));
    expect(put.body.yaml).toContain('Ask in #platform');
    expect(put.body.yaml).toContain('# of the owners');
    expect(put.body.document).toEqual(document);
    const both = await plane.owner.put('policy/draft', { document, yaml: 'x' }, etag(put));
    expect([both.status, both.body.code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('does not publish failing tests, or what would lock everybody out, but by force', async () => {
    await edit((yaml) => `${yaml}tests:\n  - {pull: quay.io/x/y, expect: allow}\n`);
    const failing = await publish();
    expect([failing.status, failing.body.code]).toEqual([422, 'POLICY_TESTS_FAILED']);
    expect(failing.body.problems).toMatchObject([{ code: 'TEST_FAILED', path: '/tests/0' }]);
    await edit(() => 'version: 1\norganization: acme\nmode: enforce\nregistries: []\n');
    const locked = await publish();
    expect([locked.status, locked.body.code]).toEqual([422, 'PUBLISH_NEEDS_FORCE']);
    expect(await revision()).toBe(1);
    expect((await publish({ force: true })).body.revision).toBe(2);
  });

  it('says so when there is nothing to publish', async () => {
    const answer = await publish();
    expect([answer.status, answer.body.code]).toEqual([409, 'NOTHING_TO_PUBLISH']);
  });

  it('changes the mode at once and leaves the rest of the draft unpublished', async () => {
    await add('quay.io');
    const changed = await plane.owner.post('policy/mode', { mode: 'enforce' });
    expect(changed.body).toMatchObject({ revision: 2, changes: [{ path: '/mode/default' }] });
    const { body } = await plane.owner.get('policy');
    expect([body.mode, body.document.registries.length]).toEqual(['enforce', 1]);
    expect((await draft()).body).toMatchObject({ base: 2, changes: [{ path: '/registries/quay-io' }] });
    expect((await plane.owner.post('policy/mode', { mode: 'enforce' })).body.code).toBe('NOTHING_TO_PUBLISH');
    await plane.owner.post('policy/mode', { mode: 'off', team: 'lab' });
    expect((await plane.owner.get('policy')).body.document.mode.teams).toEqual({ lab: 'off' });
    expect((await publish()).status).toBe(200);
  });

  it('keeps history and rolls back by publishing once more', async () => {
    await add('quay.io');
    await publish();
    await plane.owner.delete('registries/hub');
    await publish();
    const back = await plane.owner.post('policy/rollback', { revision: 1, comment: 'too much' });
    expect(back.body.revision).toBe(4);
    const { items, nextCursor } = (await plane.owner.get('policy/revisions?limit=3')).body;
    expect(items.map((item: { revision: number }) => item.revision)).toEqual([4, 3, 2]);
    expect(items[0]).toMatchObject({ rollbackOf: 1, comment: 'too much' });
    const rest = await plane.owner.get(`policy/revisions?limit=3&cursor=${nextCursor}`);
    expect(rest.body.items.map((item: { revision: number }) => item.revision)).toEqual([1]);
    expect(rest.body.nextCursor).toBeUndefined();
    const [one, four] = [await plane.owner.get('policy/revisions/1'), await plane.owner.get('policy')];
    expect([four.body.yaml, four.body.contentHash]).toEqual([one.body.yaml, one.body.contentHash]);
    expect((await draft()).body.changes).toEqual([]);
    expect((await plane.owner.get('policy/revisions/9')).status).toBe(404);
    expect((await plane.owner.post('policy/rollback', { revision: 9 })).status).toBe(404);
  });

  it('words what differs between revisions, and from one to the draft', async () => {
    await add('quay.io', { allow: ['pull'] });
    await publish();
    await add('ghcr.io', { allow: ['pull'] });
    await publish();
    await add('gcr.io', { allow: ['pull'] });
    const diff = async (query: string) => {
      const { status, body } = await plane.owner.get(`policy/diff?${query}`);
      expect(status).toBe(200);
      return body.changes.map(({ op, path }: { op: string; path: string }) => `${op} ${path}`);
    };
    expect(await diff('from=1&to=2')).toEqual(['add /registries/quay-io']);
    expect(await diff('from=3&to=1')).toEqual(['remove /registries/quay-io', 'remove /registries/ghcr-io']);
    expect(await diff('to=2')).toEqual(['remove /registries/ghcr-io']);
    expect(await diff('from=2&to=draft')).toEqual(['add /registries/ghcr-io', 'add /registries/gcr-io']);
    expect(await diff('from=2&to=2')).toEqual([]);
    const { changes } = (await plane.owner.get('policy/diff?to=2')).body;
    expect(await plane.owner.post('policy/rollback', { revision: 2 })).toMatchObject({ body: { changes } });
    for (const query of ['from=9&to=1', 'to=9'])
      expect((await plane.owner.get(`policy/diff?${query}`)).status).toBe(404);
    for (const query of ['', 'from=1', 'to=0', 'to=1.5', 'to=published', 'from=draft&to=1'])
      expect((await plane.owner.get(`policy/diff?${query}`)).body.code).toBe('REQUEST_INVALID');
  });

  describe('a draft that is behind', () => {
    beforeEach(async () => {
      await add('quay.io');
      await publish();
      await add('ghcr.io');
      await plane.owner.post('policy/rollback', { revision: 1 });
    });

    it('is not published, and is told what changed', async () => {
      const answer = await publish();
      expect([answer.status, answer.body.code]).toEqual([409, 'DRAFT_OUTDATED']);
      expect(answer.body).toMatchObject({
        canRebase: true,
        yours: { base: 2, changes: [{ path: '/registries/ghcr-io' }] },
        theirs: { revision: 3, changes: [{ op: 'remove', path: '/registries/quay-io' }] },
      });
    });

    it('takes in what was published when the rules differ', async () => {
      const rebased = await plane.owner.post('policy/draft/rebase', undefined, etag(await draft()));
      expect(rebased.status).toBe(200);
      expect(rebased.body).toMatchObject({ base: 3, changes: [{ path: '/registries/ghcr-io' }] });
      expect((await publish()).body.revision).toBe(4);
    });

    it('is left alone when both sides changed one rule', async () => {
      await plane.owner.patch('registries/quay-io', { allow: ['push'] });
      const answer = await plane.owner.post('policy/draft/rebase', undefined, etag(await draft()));
      expect([answer.status, answer.body.code]).toEqual([409, 'DRAFT_OUTDATED']);
      expect(answer.body).toMatchObject({ canRebase: false, conflicts: ['/registries/quay-io'] });
    });

    it('can be thrown away', async () => {
      const discarded = await plane.owner.delete('policy/draft', etag(await draft()));
      expect(discarded.body).toMatchObject({ base: 3, changes: [] });
      const [entry] = (await plane.owner.get('activity?limit=1')).body.items;
      expect(entry.event).toBe('policy.draft-discarded');
      expect(entry.before.yaml).toContain('ghcr.io');
    });
  });
});
