/** Hosts that registries were seen to use: reported by machines, decided by owners, over HTTP. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RegistryHostItem, SeenHost } from '@pullgate/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../src/database/open.ts';
import { HOST_LIMITS } from '../src/features/registry-hosts/accept-report.ts';
import { type Harness, startHarness } from './harness.ts';
import { enrollMachine, type TestMachine } from './machine.ts';

const PATH = '/agent/v1/registry-hosts';
const MINUTE = 60_000;
const START = Date.now() - 60 * MINUTE;

let plane: Harness;
let laptop: TestMachine;
let desktop: TestMachine;
beforeAll(async () => {
  plane = await startHarness();
  laptop = await enrollMachine(plane, { name: 'laptop-1' });
  desktop = await enrollMachine(plane, { name: 'desktop-1' });
  for (const registry of ['ghcr.io', 'flood.example', 'other.example']) {
    await plane.owner.post('registries', { registry });
  }
  await publish();
});
afterAll(async () => {
  await plane.close();
});

async function publish(): Promise<void> {
  const { version } = (await plane.owner.get('policy/draft')).body;
  const { status } = await plane.owner.post('policy/publish', {}, { 'if-match': `"d${version}"` });
  expect(status).toBeLessThan(300);
}

const seen = (host: string, changes: Partial<SeenHost> = {}): SeenHost => ({
  registry: 'ghcr.io',
  host,
  kind: 'blob',
  firstSeenAt: START,
  lastSeenAt: START + MINUTE,
  attempts: 2,
  ...changes,
});
const report = async (machine: TestMachine, ...hosts: SeenHost[]) =>
  (await machine.call('POST', PATH, { hosts })).status;
const list = async (query = ''): Promise<RegistryHostItem[]> =>
  (await plane.owner.get(`registry-hosts${query}`)).body.items;
const find = async (host: string) =>
  (await list('?registry=ghcr.io&limit=200')).find((item) => item.host === host);
const idOf = async (host: string) => (await find(host))?.id ?? 'none';

describe('reports of machines', () => {
  it('are one host with its kinds, machines and attempts, each counted once', async () => {
    expect(await report(laptop, seen('cdn.example'))).toBe(204);
    expect(await report(laptop, seen('cdn.example', { attempts: 3, lastSeenAt: START + 2 * MINUTE }))).toBe(
      204,
    );
    await report(desktop, seen('CDN.example.', { kind: 'upload', attempts: 5 }));
    expect(await find('cdn.example')).toMatchObject({
      registry: 'ghcr.io',
      kinds: ['blob', 'upload'],
      state: 'waiting',
      firstSeenAt: START,
      lastSeenAt: START + 2 * MINUTE,
      machines: 2,
      attempts: 8,
      list: 'blobHosts',
    });
  });

  it('add to what a machine had counted before it forgot', async () => {
    await report(laptop, seen('count.example', { attempts: 4 }));
    await report(laptop, seen('count.example', { firstSeenAt: START + 9 * MINUTE, attempts: 1 }));
    await report(laptop, seen('count.example', { firstSeenAt: START + 9 * MINUTE, attempts: 2 }));
    expect(await find('count.example')).toMatchObject({ attempts: 6, machines: 1, firstSeenAt: START });
  });

  it('leave out what the policy knows, registries that it does not list, and what is no host', async () => {
    await report(
      laptop,
      seen('pkg-containers.githubusercontent.com'),
      seen('x.example', { registry: 'unlisted.example' }),
      seen('<img src=x onerror=alert(1)>'),
      seen('ghcr.io'),
      seen('\u202eevil.example'),
    );
    const hosts = (await list('?limit=200')).map(({ host }) => host);
    expect(hosts.filter((host) => !/^(?:cdn|count)\.example$/.test(host))).toEqual([]);
  });

  it.each([
    ['a kind that nobody knows', { hosts: [{ ...seen('a.example'), kind: 'other' }] }],
    ['more hosts than a report holds', { hosts: Array.from({ length: 101 }, () => seen('a.example')) }],
    ['a name that is too long', { hosts: [seen('a'.repeat(271))] }],
    ['no attempt', { hosts: [seen('a.example', { attempts: 0 })] }],
  ])('are refused for %s', async (_, body) => {
    const answer = await laptop.call('POST', PATH, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('do not go ahead of the clock', async () => {
    const later = Date.now() + 24 * 60 * MINUTE;
    await report(laptop, seen('ahead.example', { firstSeenAt: later, lastSeenAt: later }));
    expect((await find('ahead.example'))?.lastSeenAt).toBeLessThan(Date.now() + MINUTE);
  });

  it('stand in Activity once per host', async () => {
    const { items } = (await plane.owner.get('activity?event=registry.host-seen&search=cdn.example')).body;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      actor: { kind: 'machine', id: laptop.id },
      after: { registry: 'ghcr.io', host: 'cdn.example', kind: 'blob' },
    });
  });

  it('of a registry that never stops are kept to what an owner can look through, and the rest is told', async () => {
    for (let part = 0; part * 50 < HOST_LIMITS.perRegistry + 50; part += 1) {
      const hosts = Array.from({ length: 50 }, (_, at) =>
        seen(`h${part * 50 + at}.evil.example`, { registry: 'flood.example' }),
      );
      expect(await report(laptop, ...hosts)).toBe(204);
    }
    const day = new Date().toISOString().slice(0, 10);
    const registries = [
      { registry: 'flood.example', sightings: 4711 },
      { registry: 'unlisted.example', sightings: 1 },
    ];
    await desktop.call('POST', PATH, { hosts: [], overflow: { day, registries } });
    const { body } = await plane.owner.get('registry-hosts?registry=flood.example&limit=200');
    expect(body.items).toHaveLength(HOST_LIMITS.perRegistry);
    expect(body.overflow).toEqual([{ registry: 'flood.example', day, sightings: 4711 + 50, machines: 1 }]);
    expect((await plane.owner.get('registry-hosts')).body.overflow).toHaveLength(1);
  });
});

describe('the owner', () => {
  it('lists by state and registry, page by page', async () => {
    const first = (await plane.owner.get('registry-hosts?registry=ghcr.io&limit=2')).body;
    const second = (
      await plane.owner.get(`registry-hosts?registry=ghcr.io&limit=2&cursor=${first.nextCursor}`)
    ).body;
    const hosts = [...first.items, ...second.items].map(({ host }: RegistryHostItem) => host);
    expect(hosts).toEqual(['ahead.example', 'cdn.example', 'count.example']);
    expect(await list('?state=accepted')).toEqual([]);
    expect((await plane.owner.get('registry-hosts?state=lost')).status).toBe(400);
  });

  it('is warned by the overview', async () => {
    const { unknownHosts } = (await plane.owner.get('overview')).body;
    expect(unknownHosts.total).toBe(HOST_LIMITS.perRegistry + 3);
    expect(unknownHosts.items).toHaveLength(5);
  });

  it('accepts into the draft, which reaches machines once it is published', async () => {
    const { status, body } = await plane.owner.post(`registry-hosts/${await idOf('cdn.example')}/accept`, {});
    expect([status, body.state, body.decidedBy.name]).toEqual([200, 'accepted', 'Olga Owner']);
    const draft = (await plane.owner.get('policy/draft')).body;
    expect(draft.document.profiles).toEqual([{ registry: 'ghcr.io', blobHosts: ['cdn.example'] }]);
    expect(draft.changes).toContainEqual(expect.objectContaining({ path: '/profiles/ghcr.io', op: 'add' }));
    expect((await laptop.policy()).document).not.toHaveProperty('profiles');
    await publish();
    expect((await laptop.policy()).document.profiles).toEqual(draft.document.profiles);
    const [entry] = (await plane.owner.get('activity?event=registry.host-accepted')).body.items;
    expect(entry.after).toEqual({ registry: 'ghcr.io', host: 'cdn.example', list: 'blobHosts' });
  });

  it('accepts one more beside it, under comments that stay', async () => {
    const { version, yaml } = (await plane.owner.get('policy/draft')).body;
    await plane.owner.put('policy/draft', { yaml: `# ours\n${yaml}` }, { 'if-match': `"d${version}"` });
    await report(laptop, seen('sso.example', { kind: 'token' }));
    await plane.owner.post(`registry-hosts/${await idOf('sso.example')}/accept`, {});
    const draft = (await plane.owner.get('policy/draft')).body;
    expect(draft.yaml).toMatch(/^# ours\n/);
    expect(draft.document.profiles).toEqual([
      { registry: 'ghcr.io', tokenHosts: ['sso.example'], blobHosts: ['cdn.example'] },
    ]);
  });

  it.each([
    ['shared storage', 'acme.s3.eu-west-1.amazonaws.com', 'blob'],
    ['what the catalog calls broad', 'x.r2.cloudflarestorage.com', 'blob'],
    ['another registry of the policy', 'other.example', 'blob'],
    ['another registry of the catalog', 'quay.io', 'token'],
    ['a host that answers in its place', 'mirror.example', 'mirror'],
  ] as const)('never opens %s', async (_, host, kind) => {
    await report(laptop, seen(host, { kind }));
    const { body } = await plane.owner.post(`registry-hosts/${await idOf(host)}/accept`, {});
    expect(body).toMatchObject({ state: 'accepted', list: 'broadBlobHosts' });
    const [profile] = (await plane.owner.get('policy/draft')).body.document.profiles;
    expect(profile.broadBlobHosts).toContain(host);
    expect([...profile.blobHosts, ...profile.tokenHosts]).not.toContain(host);
  });

  it('is refused a list that would open more than the registry', async () => {
    await report(laptop, seen('registry.k8s.io'));
    const id = await idOf('registry.k8s.io');
    const answer = await plane.owner.post(`registry-hosts/${id}/accept`, { list: 'blobHosts' });
    expect([answer.status, answer.body.code, answer.body.problems[0].code]).toEqual([
      422,
      'POLICY_INVALID',
      'OPENS_REGISTRY',
    ]);
    expect((await find('registry.k8s.io'))?.state).toBe('waiting');
  });

  it('dismisses, and hears no more of it', async () => {
    const { body } = await plane.owner.post(`registry-hosts/${await idOf('count.example')}/dismiss`);
    expect(body.state).toBe('dismissed');
    await report(desktop, seen('count.example', { kind: 'token' }));
    expect(await find('count.example')).toMatchObject({ state: 'dismissed', machines: 2 });
    const { items } = (await plane.owner.get('activity?search=count.example')).body;
    expect(items.map(({ event }: { event: string }) => event)).toEqual([
      'registry.host-dismissed',
      'registry.host-seen',
    ]);
  });

  it('decides anew when the draft that held a host is thrown away', async () => {
    const { version } = (await plane.owner.get('policy/draft')).body;
    await plane.owner.request('DELETE', 'policy/draft', undefined, { 'if-match': `"d${version}"` });
    await report(laptop, seen('sso.example', { kind: 'token' }));
    expect((await find('sso.example'))?.state).toBe('waiting');
  });

  it('need not decide on what a published policy lists already', async () => {
    const { version, document } = (await plane.owner.get('policy/draft')).body;
    const profiles = [{ registry: 'ghcr.io', blobHosts: ['cdn.example', 'ahead.example'] }];
    await plane.owner.put(
      'policy/draft',
      { document: { ...document, profiles } },
      { 'if-match': `"d${version}"` },
    );
    await publish();
    const item = await find('ahead.example');
    expect(item?.state).toBe('accepted');
    expect(item).not.toHaveProperty('decidedBy');
  });

  it('sees and decides on nothing of another organization', async () => {
    await plane.stopped(() => {
      const database = new DatabaseSync(join(plane.config.dataDir, DATABASE_FILE));
      database
        .prepare(
          `insert into registry_hosts values ('theirs', 'strangers-id', 'ghcr.io', 'theirs.example', 'blob', 'waiting', 1, 1, null, null)`,
        )
        .run();
      database.close();
    });
    expect(await find('theirs.example')).toBeUndefined();
    for (const verb of ['accept', 'dismiss']) {
      const answer = await plane.owner.post(`registry-hosts/theirs/${verb}`, {});
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    }
  });
});
