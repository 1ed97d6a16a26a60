import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCore } from '../src/core.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { type Harness, startHarness } from './harness.ts';

let dns: DnsServer;
let plane: Harness;
beforeAll(async () => {
  dns = await startDnsServer();
  plane = await startHarness({ config: { dnsServers: [dns.address] } });
});
afterAll(async () => {
  await plane.close();
  await dns.close();
});

const claim = async (domain: string) => (await plane.owner.post('domains', { domain })).body;

test('a domain is claimed, refused without its TXT record, then proved', async () => {
  const claimed = await claim('Acme.Example');
  expect(claimed).toMatchObject({
    domain: 'acme.example',
    state: 'pending',
    record: { name: '_pullgate-challenge.acme.example', value: expect.stringMatching(/^pullgate-domain=/) },
  });
  const missing = await plane.owner.post(`domains/${claimed.id}/verify`);
  expect([missing.status, missing.body.code]).toEqual([409, 'DOMAIN_UNPROVED']);
  dns.setTxt(claimed.record.name, 'pullgate-domain=another');
  expect((await plane.owner.post(`domains/${claimed.id}/verify`)).body.code).toBe('DOMAIN_UNPROVED');
  dns.setTxt(claimed.record.name, 'v=spf1 -all', claimed.record.value);
  const proved = await plane.owner.post(`domains/${claimed.id}/verify`);
  expect([proved.status, proved.body.state]).toEqual([200, 'verified']);
  expect((await plane.owner.get('domains')).body.items).toHaveLength(1);
  const events = (await plane.owner.get('activity')).body.items.map(
    (entry: { event: string }) => entry.event,
  );
  expect(events).toEqual(expect.arrayContaining(['domain.claimed', 'domain.verified']));
});

test('claiming again answers the same challenge', async () => {
  expect((await claim('again.example')).record).toEqual((await claim('again.example')).record);
});

test.each(['co.uk', '10.0.0.1', 'local', 'acme.localhost'])('%s is refused', async (domain) => {
  const { status, body } = await plane.owner.post('domains', { domain });
  expect([status, body.code]).toEqual([422, 'DOMAIN_INVALID']);
});

test('what another organization has proved cannot be proved again, until it is released', async () => {
  const contested = await claim('contested.example');
  dns.setTxt(contested.record.name, contested.record.value);
  await plane.stopped(() => proveForAnother('contested.example'));
  expect((await plane.owner.post(`domains/${contested.id}/verify`)).body.code).toBe('DOMAIN_TAKEN');
  expect((await plane.owner.delete(`domains/${contested.id}`)).status).toBe(204);
  expect((await plane.owner.post('domains', { domain: 'contested.example' })).body.code).toBe('DOMAIN_TAKEN');
});

async function proveForAnother(domain: string): Promise<void> {
  const core = await openCore(plane.config, () => 'http://127.0.0.1', Date.now);
  const { id: ownerId } = await core.signIn.findOrCreateUser({ email: 'owner@globex.example', name: 'G' });
  const { id } = await core.signIn.createOrganization({ slug: 'globex', name: 'Globex', ownerId });
  const row = { id: 'd', organization_id: id, domain, challenge: 'c', verified_at: 1, created_at: 1 };
  await core.db.insertInto('sso_domains').values(row).execute();
  await core.close();
}

test('who is not signed in sees and claims nothing', async () => {
  expect((await plane.anonymous.get('domains')).status).toBe(401);
  expect((await plane.anonymous.post('domains', { domain: 'x.example' })).status).toBe(401);
});
