import { type IdentityProvider, startIdentityProvider } from '@pullgate/testkit/identity-provider';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Core, openCore } from '../src/core.ts';
import { createBrowser } from './browser.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { type Harness, startHarness } from './harness.ts';

const SECRET = 'a-secret-that-stays-here';
const MAPPINGS = [
  { group: 'Payments', teams: ['payments'] },
  { group: 'Platform', teams: ['platform'], role: 'admin' },
];
let provider: IdentityProvider;
let dns: DnsServer;
let plane: Harness;

const account = (login: string, more: object = {}) =>
  provider.setAccount({ login, email: `${login}@acme.example`, name: `Person ${login}`, ...more });
const connect = (more: object = {}) =>
  plane.owner.put('sso', {
    issuer: provider.url,
    clientId: 'pullgate',
    clientSecret: SECRET,
    scopes: ['openid', 'email', 'profile', 'groups'],
    groupsClaim: 'groups',
    justInTime: true,
    defaultRole: 'member',
    mappings: MAPPINGS,
    ...more,
  });

beforeAll(async () => {
  provider = await startIdentityProvider({ clients: [], accounts: [] });
  dns = await startDnsServer();
  plane = await startHarness({ config: { dnsServers: [dns.address] } });
  await withDatabase(async ({ db }) => {
    for (const slug of ['payments', 'platform', 'by-hand']) {
      const team = { id: slug, name: slug, slug, organizationId: plane.organization.id };
      const times = { createdAt: new Date().toISOString(), memberCount: 0 };
      await db
        .insertInto('team')
        .values({ ...team, ...times } as never)
        .execute();
    }
  });
  const domain = (await plane.owner.post('domains', { domain: 'acme.example' })).body;
  dns.setTxt(domain.record.name, domain.record.value);
  expect((await plane.owner.post(`domains/${domain.id}/verify`)).status).toBe(200);
});
afterAll(async () => {
  await plane.close();
  await provider.close();
  await dns.close();
});
beforeEach(async () => {
  provider.lie('none');
  expect((await connect()).status).toBe(200);
});

/** Works on the stopped server's database; afterwards it listens elsewhere, and the provider has to know. */
async function withDatabase(work: (core: Core) => Promise<unknown>): Promise<void> {
  await plane.stopped(async () => {
    const core = await openCore(plane.config, () => 'http://127.0.0.1', Date.now);
    await work(core);
    await core.close();
  });
  const redirectUris = [`${plane.url}/api/auth/sso/callback/acme`];
  provider.setClient({ clientId: 'pullgate', clientSecret: SECRET, redirectUris });
}
async function personOf(email: string) {
  const { items } = (await plane.owner.get('members')).body;
  return items.find((one: { email: string }) => one.email === email);
}
const visit = (email: string, next = '/') => {
  const browser = createBrowser(plane.url);
  return { browser, start: () => browser.submit('/sign-in/sso', { email, next }) };
};
/** The whole way; the provider's form is filled in with the login. */
async function signIn(login: string, email = `${login}@acme.example`, next = '/') {
  const { browser, start } = visit(email, next);
  await start();
  return { browser, page: await browser.follow({ login, password: 'any' }) };
}

test('the connection is kept without showing its secret, in answers and in Activity', async () => {
  const { body } = await plane.owner.get('sso');
  expect(body).toMatchObject({
    issuer: provider.url,
    redirectUri: `${plane.url}/api/auth/sso/callback/acme`,
  });
  const activity = await plane.owner.get('activity');
  expect(JSON.stringify(activity.body)).toContain('sso.configured');
  expect(JSON.stringify([body, activity.body])).not.toContain(SECRET);
});

test('a kept secret is not sent to another issuer', async () => {
  const other = await startIdentityProvider({ clients: [], accounts: [] });
  const answer = await connect({ issuer: other.url, clientSecret: undefined });
  expect([answer.status, answer.body.code]).toEqual([422, 'SSO_CONNECTION_INVALID']);
  expect((await connect({ clientSecret: undefined })).status).toBe(200);
  await other.close();
});

test('what a change leaves out stays', async () => {
  const settings = { groupsClaim: 'roles', justInTime: false, defaultRole: 'auditor' };
  await connect(settings);
  const answer = await plane.owner.put('sso', { issuer: provider.url, clientId: 'pullgate' });
  expect(answer.body).toMatchObject({ ...settings, mappings: MAPPINGS });
  expect(answer.body.scopes).toContain('groups');
});

test.each([
  ['http://login.acme.example', 422, 'SSO_CONNECTION_INVALID'],
  ['https://169.254.169.254', 422, 'SSO_CONNECTION_INVALID'],
  ['http://127.0.0.1:9', 502, 'SSO_PROVIDER_UNREACHABLE'],
])('the issuer %s is refused', async (issuer, status, code) => {
  const answer = await connect({ issuer });
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test('a mapping names teams that there are', async () => {
  const answer = await connect({ mappings: [{ group: 'Payments', teams: ['payments', 'none'] }] });
  expect([answer.status, answer.body.problems]).toMatchObject([400, [{ path: '/mappings/0/teams' }]]);
  expect((await plane.owner.get('sso')).body).toMatchObject({ mappings: MAPPINGS });
});

test('a name that turns text around is printed safely', async () => {
  account('uma', { name: 'Uma \u202egpj.exe' });
  await signIn('uma');
  expect(await personOf('uma@acme.example')).toMatchObject({ name: 'Uma \ufffdgpj.exe' });
});

test('owner is no default role', async () => {
  expect((await connect({ defaultRole: 'owner' })).body.code).toBe('SSO_CONNECTION_INVALID');
});

test('the test of a connection tells a wrong secret', async () => {
  expect((await plane.owner.post('sso/test')).body).toMatchObject({ ok: true });
  await connect({ clientSecret: 'wrong' });
  const { body } = await plane.owner.post('sso/test');
  expect(body.steps.filter((step: { ok: boolean }) => !step.ok)).toMatchObject([{ name: 'client' }]);
});

test('somebody of the domain comes in, with role and teams of their groups', async () => {
  account('ada', { groups: ['Payments', 'Platform', 'Unmapped'] });
  const { browser, page } = await signIn('ada', 'ada@acme.example', '/?from=sso');
  expect([page.code, page.url.href]).toEqual([undefined, `${plane.url}/?from=sso`]);
  const session = await browser.json('/api/v1/session');
  expect(session.user).toMatchObject({ email: 'ada@acme.example', name: 'Person ada' });
  expect(await personOf('ada@acme.example')).toMatchObject({
    role: 'admin',
    teams: ['payments', 'platform'],
  });
});

test('what the provider takes away goes at the next sign-in; what people gave stays', async () => {
  account('bo', { groups: ['Payments', 'Platform'] });
  await signIn('bo');
  const { id: userId } = await personOf('bo@acme.example');
  await withDatabase(({ db }) =>
    db.insertInto('teamMember').values({ id: 'bo', teamId: 'by-hand', userId }).execute(),
  );
  account('bo', { groups: ['Payments'] });
  await signIn('bo');
  expect(await personOf('bo@acme.example')).toMatchObject({ role: 'member', teams: ['by-hand', 'payments'] });
});

test('the last owner stays owner, linked by the proved domain', async () => {
  account('owner');
  const { page } = await signIn('owner');
  expect(page.status).toBe(200);
  expect(await personOf('owner@acme.example')).toMatchObject({ role: 'owner' });
});

test('without just-in-time membership nobody new comes in, and no account is left behind', async () => {
  await connect({ justInTime: false });
  account('nia');
  const { page } = await signIn('nia');
  expect([page.status, page.code]).toEqual([403, 'not_a_member']);
  expect(page.text).toContain('role="alert"');
  expect(await personOf('nia@acme.example')).toBeUndefined();
});

test.each([
  ['another domain', { email: 'eve@globex.example' }, 403, 'foreign_domain'],
  ['a path behind the domain', { email: 'eve@acme.example/x' }, 403, 'no_email'],
  ['an address that is not verified', { emailVerified: false }, 403, 'email_unverified'],
])('%s is refused', async (_name, claims, status, code) => {
  account('eve', claims);
  const { browser, page } = await signIn('eve', 'anyone@acme.example');
  expect([page.status, page.code]).toEqual([status, code]);
  expect((await browser.get('/api/v1/session')).status).toBe(401);
});

test.each([
  ['nonce', 'nonce_mismatch'],
  ['issuer', 'invalid_provider'],
  ['audience', 'invalid_provider'],
  ['signature', 'invalid_provider'],
  ['unverified', 'email_unverified'],
] as const)('a provider that lies about %s is not believed', async (lie, code) => {
  account('lia');
  provider.lie(lie);
  const { browser, page } = await signIn('lia');
  expect(page.code).toBe(code);
  expect((await browser.get('/api/v1/session')).status).toBe(401);
});

test('an answer of the provider works once, and in the browser that asked', async () => {
  account('ray');
  const { browser, start } = visit('ray@acme.example');
  await start();
  const callback = await browser.follow(
    { login: 'ray', password: 'any' },
    { stopAt: '/api/auth/sso/callback/' },
  );
  const stranger = createBrowser(plane.url);
  expect((await stranger.get(callback.url.href)).code).toBe('state_mismatch');
  expect((await browser.get(callback.url.href)).status).toBe(303);
  expect((await createBrowser(plane.url, browser).get(callback.url.href)).code).toBe('state_mismatch');
});

test('of two that bring the same answer at once, one is signed in', async () => {
  account('roy');
  const { browser, start } = visit('roy@acme.example');
  await start();
  const { url } = await browser.follow(
    { login: 'roy', password: 'any' },
    { stopAt: '/api/auth/sso/callback/' },
  );
  const both = [createBrowser(plane.url, browser), createBrowser(plane.url, browser)];
  await Promise.all(both.map((one) => one.get(url.href)));
  const statuses = await Promise.all(both.map(async (one) => (await one.get('/api/v1/session')).status));
  expect(statuses.sort()).toEqual([200, 401]);
});

test('a person who lacks a required second factor is led to set one up', async () => {
  account('sid');
  await signIn('sid');
  const require = (twoFactorRoles: string[]) =>
    plane.owner.patch('/api/v1/organizations/acme', { twoFactorRoles });
  expect((await require(['member'])).status).toBe(200);
  const { browser, start } = visit('sid@acme.example', '/device');
  await start();
  const { url } = await browser.follow({ login: 'sid', password: 'any' }, { stopAt: '/account' });
  expect((await require([])).status).toBe(200);
  expect(`${url.pathname}${url.search}`).toBe('/account?next=%2Fdevice');
});

test('a deactivated member is refused on a page that says so', async () => {
  account('dee');
  await signIn('dee');
  const { id } = await personOf('dee@acme.example');
  const answer = await plane.owner.patch(`members/${id}`, { state: 'deactivated' });
  expect(answer.status).toBe(200);
  expect((await signIn('dee')).page).toMatchObject({ status: 403, code: 'deactivated' });
});

test('a provider that is down is named, with the way of owners', async () => {
  await provider.down();
  const page = await visit('ada@acme.example').start();
  await provider.up();
  expect([page.status, page.code]).toEqual([503, 'provider_down']);
  expect(page.text).toContain('break-glass');
});

test('a provider that goes down between leaves a page too', async () => {
  account('gil');
  const { browser, start } = visit('gil@acme.example');
  await start();
  const callback = await browser.follow(
    { login: 'gil', password: 'any' },
    { stopAt: '/api/auth/sso/callback/' },
  );
  await provider.down();
  const page = await browser.get(callback.url.href);
  await provider.up();
  expect([page.status, page.code]).toEqual([503, 'provider_down']);
});

test('no organization, no connection: a page, and nothing is asked', async () => {
  expect(await visit('ada@globex.example').start()).toMatchObject({ status: 404, code: 'no_connection' });
});

test.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
  'next %s leads home',
  async (next) => {
    account('ada');
    expect((await signIn('ada', 'ada@acme.example', next)).page.url.href).toBe(`${plane.url}/`);
  },
);

test("another site's form starts no sign-in", async () => {
  const browser = createBrowser(plane.url);
  const page = await browser.submit('/sign-in/sso', { email: 'ada@acme.example' }, 'https://evil.example');
  expect(page.status).toBe(403);
});

test('removed, it lets nobody in, and forgets whose accounts they were', async () => {
  expect((await plane.owner.delete('sso')).status).toBe(204);
  expect((await plane.owner.get('sso')).status).toBe(404);
  expect((await visit('ada@acme.example').start()).code).toBe('no_connection');
  await withDatabase(async ({ db }) => {
    const left = await db.selectFrom('account').select('id').where('providerId', '=', 'acme').execute();
    expect(left).toEqual([]);
  });
});
