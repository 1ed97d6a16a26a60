/** Two organizations of one server, each with a directory: neither sees or touches people of the other, or takes their accounts. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { type Client, type Harness, type MemberClient, startHarness } from './harness.ts';
import { type Directory, openDirectory, scimErrorOf, toUser, withDatabase } from './scim-directory.ts';

const GLOBEX = '/api/v1/organizations/globex';
let plane: Harness;
let dns: DnsServer;
let olaf: MemberClient;
let acme: Directory;
let globex: Directory;

beforeAll(async () => {
  dns = await startDnsServer();
  plane = await startHarness({ config: { dnsServers: [dns.address] } });
  olaf = await plane.addMember({ email: 'olaf@acme.example', role: 'owner' });
  expect((await olaf.post('/api/v1/organizations', { slug: 'globex' })).status).toBe(201);
  acme = await openDirectory(plane);
  globex = await openDirectory(plane, olaf, 'globex');
});
afterAll(async () => {
  await plane.close();
  await dns.close();
});

const membersOf = async (owner: Client, organization: string): Promise<string[]> => {
  const { items } = (await owner.get(`/api/v1/organizations/${organization}/members?limit=200`)).body;
  return items.map(({ email }: { email: string }) => email);
};
const verify = async (owner: Client, organization: string, domain: string): Promise<void> => {
  const domains = `/api/v1/organizations/${organization}/domains`;
  const { id, record } = (await owner.post(domains, { domain })).body;
  dns.setTxt(record.name, record.value);
  expect((await owner.post(`${domains}/${id}/verify`)).status).toBe(200);
};

describe('people and groups of another organization', () => {
  let user: string;
  let group: string;
  beforeAll(async () => {
    user = await acme.createUser('ada');
    group = await acme.createGroup('Platform', [user]);
  });

  it.each([
    'Users',
    'Groups',
    'Users?filter=userName+eq+%22ada%40acme.example%22',
    'Users?filter=externalId+eq+%22ext-ada%22',
    'Users?filter=emails.value+eq+%22ada%40acme.example%22',
    'Groups?filter=displayName+eq+%22Platform%22',
    'Groups?filter=externalId+eq+%22ext-Platform%22',
  ])('are not in %s', async (path) => {
    expect((await acme.get(`/scim/v2/${path}`)).body.totalResults).toBe(1);
    expect((await globex.get(`/scim/v2/${path}`)).body).toMatchObject({ totalResults: 0, Resources: [] });
  });

  it('are not there by id, for no method, and stay as they are', async () => {
    const before = await Promise.all([
      acme.get(`/scim/v2/Users/${user}`),
      acme.get(`/scim/v2/Groups/${group}`),
    ]);
    const off = { op: 'replace', path: 'active', value: false };
    const type = { 'content-type': 'application/scim+json' };
    const answers = [
      await globex.get(`/scim/v2/Users/${user}`),
      await globex.change(`Users/${user}`, off),
      await globex.put(`/scim/v2/Users/${user}`, toUser('eve'), type),
      await globex.delete(`/scim/v2/Users/${user}`),
      await globex.get(`/scim/v2/Groups/${group}`),
      await globex.change(`Groups/${group}`, { op: 'remove', path: 'members' }),
      await globex.delete(`/scim/v2/Groups/${group}`),
    ];
    for (const answer of answers) expect(scimErrorOf(answer)).toMatchObject({ isScim: true, status: 404 });
    const after = await Promise.all([
      acme.get(`/scim/v2/Users/${user}`),
      acme.get(`/scim/v2/Groups/${group}`),
    ]);
    expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
  });

  it('do not become members of a group', async () => {
    const own = await globex.createGroup('Own');
    const answer = await globex.change(`Groups/${own}`, {
      op: 'add',
      path: 'members',
      value: [{ value: user }],
    });
    expect(scimErrorOf(answer)).toMatchObject({ isScim: true, status: 400 });
    expect((await globex.get(`/scim/v2/Groups/${own}`)).body.members ?? []).toEqual([]);
    expect(await membersOf(olaf, 'globex')).toEqual(['olaf@acme.example']);
  });

  it('may have the names that they have here', async () => {
    const id = await globex.createGroup('Platform');
    expect((await globex.get(`/scim/v2/Groups/${id}`)).body.members ?? []).toEqual([]);
    expect((await acme.get(`/scim/v2/Groups/${group}`)).body.members).toHaveLength(1);
  });

  it('is administered by its own owners', async () => {
    for (const path of ['scim', 'sso', 'domains']) {
      expect((await plane.owner.get(`${GLOBEX}/${path}`)).status).toBe(404);
    }
    expect((await plane.owner.put(`${GLOBEX}/scim`, { mappings: [] })).status).toBe(404);
    expect((await plane.owner.post(`${GLOBEX}/scim/credentials`)).status).toBe(404);
    const { id } = globex.credential;
    expect((await plane.owner.delete(`scim/credentials/${id}`)).status).toBe(404);
    expect((await globex.get('/scim/v2/Users')).status).toBe(200);
  });
});

describe('an account that is there already', () => {
  const claim = (directory: Directory, email: string) =>
    directory.post(
      '/scim/v2/Users',
      toUser('x', { userName: email, externalId: email, emails: [{ value: email, primary: true }] }),
      {
        'content-type': 'application/scim+json',
      },
    );

  it('is not taken by its address alone', async () => {
    await plane.addMember({ email: 'eva@globe.example', role: 'member' });
    const answer = await claim(globex, 'eva@globe.example');
    expect(scimErrorOf(answer)).toMatchObject({ isScim: true, status: 409, scimType: 'uniqueness' });
    expect(await membersOf(olaf, 'globex')).not.toContain('eva@globe.example');
    expect((await globex.get('/scim/v2/Users')).body.totalResults).toBe(0);
  });

  it('is not taken by a domain that waits for its proof, or that another organization proved', async () => {
    await olaf.post(`${GLOBEX}/domains`, { domain: 'globe.example' });
    expect((await claim(globex, 'eva@globe.example')).status).toBe(409);
    await verify(plane.owner, 'acme', 'acme.example');
    expect((await claim(globex, 'owner@acme.example')).status).toBe(409);
  });

  it('is linked where its person is a member', async () => {
    const ina = await plane.addMember({ email: 'ina@else.example', role: 'auditor' });
    const answer = await claim(acme, ina.email);
    expect(answer.status).toBe(201);
    expect((await plane.owner.get(`members/${ina.id}`)).body).toMatchObject({ role: 'auditor' });
  });

  it('is linked where the domain is proved, and keeps its place elsewhere and its sign-in', async () => {
    const eve = await plane.addMember({ email: 'eve@proved.example', role: 'auditor' });
    await verify(olaf, 'globex', 'proved.example');
    const { status, body } = await claim(globex, eve.email);
    expect(status).toBe(201);
    expect(await membersOf(olaf, 'globex')).toContain(eve.email);
    await globex.change(`Users/${body.id}`, { op: 'replace', path: 'active', value: false });
    expect((await eve.get('/api/v1/session')).body.organizations).toMatchObject([{ slug: 'acme' }]);
    expect((await eve.get(GLOBEX)).status).toBe(404);
    expect((await eve.get('/api/v1/organizations/acme')).status).toBe(200);
  });

  it('that a directory made keeps its address, once its person is in another organization too', async () => {
    const made = await claim(acme, 'liv@shared.example');
    await verify(olaf, 'globex', 'shared.example');
    expect((await claim(globex, 'liv@shared.example')).status).toBe(201);
    const taken = { op: 'replace', path: 'emails[primary eq true].value', value: 'mallory@acme.example' };
    expect(scimErrorOf(await acme.change(`Users/${made.body.id}`, taken))).toMatchObject({ status: 409 });
    expect(await membersOf(olaf, 'globex')).toContain('liv@shared.example');
    expect((await acme.get(`/scim/v2/Users/${made.body.id}`)).body.emails).toMatchObject([
      { value: 'liv@shared.example' },
    ]);
  });
});

describe('a credential', () => {
  it('ends when it is revoked, at once, and the others go on', async () => {
    const other = await openDirectory(plane);
    expect((await plane.owner.delete(`scim/credentials/${other.credential.id}`)).status).toBe(204);
    expect(scimErrorOf(await other.get('/scim/v2/Users'))).toMatchObject({
      isScim: true,
      isType: true,
      status: 401,
    });
    expect((await acme.get('/scim/v2/Users')).status).toBe(200);
  });

  it('ends when its time is over', async () => {
    const old = await openDirectory(plane);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await withDatabase(
      plane,
      'update scimManagedCredential set expiresAt = ? where credentialId = ?',
      yesterday,
      old.credential.id,
    );
    const answer = await old.get('/scim/v2/Users');
    expect(scimErrorOf(answer)).toMatchObject({ isScim: true, isType: true, status: 401 });
    expect((await acme.get('/scim/v2/Users')).status).toBe(200);
  });

  it('opens nothing but SCIM', async () => {
    for (const path of ['/api/v1/session', '/api/v1/organizations', '/api/v1/organizations/acme/members']) {
      expect((await acme.get(path)).status).toBe(401);
    }
  });
});
