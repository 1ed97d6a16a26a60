/** A person's own account: second factor, sessions, password, and who may sign in by password. */

import { startIdentityProvider } from '@pullgate/testkit/identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from './browser.ts';
import { type Harness, OWNER, startHarness } from './harness.ts';
import { codeOf, setUpSecondFactor } from './second-factor.ts';

let plane: Harness;
beforeAll(async () => {
  plane = await startHarness();
});
afterAll(async () => await plane.close());

const PASSWORD = OWNER.password;
const page = (email: string, password = PASSWORD, next = '') => {
  const browser = createBrowser(plane.url);
  return { browser, answer: browser.submit('/sign-in', { email, password, next }) };
};
const events = async () =>
  (await plane.owner.get('activity?limit=200')).body.items.map(({ event }: { event: string }) => event);

describe('the second factor', () => {
  it('is asked for after the password; a code of the app or a backup code, once, signs in', async () => {
    const person = await plane.addMember({ email: 'two@acme.example', role: 'member' });
    const { totpURI, backupCodes } = await setUpSecondFactor(person);
    expect(await events()).toContain('two-factor.enabled');

    const { browser, answer } = page(person.email);
    expect((await answer).text).toContain('/sign-in/second-factor');
    expect((await browser.get('/api/v1/account')).status).toBe(401);
    expect((await browser.submit('/sign-in/second-factor', { code: '000000' })).status).toBe(401);
    const code = await codeOf(totpURI);
    expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(303);
    expect((await browser.json('/api/v1/account')).twoFactor).toBe(true);

    for (const status of [303, 401]) {
      const again = page(person.email);
      await again.answer;
      const given = { code: backupCodes[0] ?? '' };
      expect((await again.browser.submit('/sign-in/second-factor', given)).status).toBe(status);
    }
  });

  it('has new backup codes, which end the old ones and stand in Activity', async () => {
    const person = await plane.addMember({ email: 'renews@acme.example', role: 'member' });
    const old = await setUpSecondFactor(person);
    const first = page(person.email);
    await first.answer;
    await first.browser.submit('/sign-in/second-factor', { code: await codeOf(old.totpURI) });
    const cookies = [...(first.browser.jar.get(plane.url) ?? [])].map((pair) => pair.join('=')).join('; ');
    const signedIn = plane.clientWith({ cookie: cookies, origin: plane.url });
    const renewed = await signedIn.post('/api/v1/account/two-factor/backup-codes', { password: PASSWORD });
    expect(renewed.status).toBe(200);
    expect(await events()).toContain('two-factor.backup-codes-renewed');
    for (const [code, status] of [
      [old.backupCodes[0], 401],
      [renewed.body.backupCodes[0], 303],
    ]) {
      const { browser, answer } = page(person.email);
      await answer;
      expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(status);
    }
  });

  it('is neither set up nor given up without the password', async () => {
    const person = await plane.addMember({ email: 'guess@acme.example', role: 'member' });
    const wrong = { password: 'not the password' };
    for (const path of ['two-factor', 'two-factor/disable', 'two-factor/backup-codes']) {
      const { status, body } = await person.post(`/api/v1/account/${path}`, wrong);
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    }
  });
});

describe('sessions and password', () => {
  it('lists sessions and ends one, and all others', async () => {
    const first = await plane.addMember({ email: 'many@acme.example', role: 'member' });
    const second = await plane.signIn(first.email, PASSWORD);
    const third = await plane.signIn(first.email, PASSWORD);
    const { items } = (await third.get('/api/v1/account/sessions')).body;
    expect(items).toHaveLength(3);
    expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    expect((await third.delete('/api/v1/account/sessions')).status).toBe(204);
    expect((await first.get('/api/v1/account')).status).toBe(401);
    expect((await second.get('/api/v1/account')).status).toBe(401);
    expect((await third.get('/api/v1/account')).status).toBe(200);
  });

  it('ends no session of somebody else', async () => {
    const mine = await plane.addMember({ email: 'mine@acme.example', role: 'member' });
    const other = await plane.addMember({ email: 'other@acme.example', role: 'member' });
    const [{ id }] = (await other.get('/api/v1/account/sessions')).body.items;
    expect((await mine.delete(`/api/v1/account/sessions/${id}`)).status).toBe(404);
    expect((await other.get('/api/v1/account')).status).toBe(200);
  });

  it('changes the password, which ends the other sessions', async () => {
    const person = await plane.addMember({ email: 'change@acme.example', role: 'member' });
    const other = await plane.signIn(person.email, PASSWORD);
    const wish = { currentPassword: PASSWORD, newPassword: 'another horse battery' };
    expect((await person.request('PUT', '/api/v1/account/password', wish)).status).toBe(204);
    expect((await other.get('/api/v1/account')).status).toBe(401);
    expect((await page(person.email).answer).status).toBe(401);
    expect((await page(person.email, wish.newPassword).answer).status).toBe(303);
    expect(await events()).toContain('password.changed');
  });

  it('is closed to API tokens', async () => {
    const { status, body } = await plane.owner.get('/api/v1/account');
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('enforced single sign-on', () => {
  it('refuses the password of all but owners, whose use of it stands in Activity', async () => {
    const person = await plane.addMember({ email: 'sso@acme.example', role: 'admin' });
    const provider = await startIdentityProvider({ clients: [], accounts: [] });
    const connection = { issuer: provider.url, clientId: 'pullgate', clientSecret: 'a-secret-that-stays' };
    expect((await plane.owner.put('sso', connection)).status).toBe(200);
    // Down, which is what the password of owners is for.
    await provider.close();
    const set = (ssoEnforced: boolean) => plane.owner.patch('/api/v1/organizations/acme', { ssoEnforced });
    expect((await set(true)).status).toBe(200);
    const credentials = { email: person.email, password: PASSWORD };
    const headers = { origin: plane.url };
    const refused = await plane.anonymous.post('/api/auth/sign-in/email', credentials, headers);
    expect([refused.status, refused.body.code]).toEqual([403, 'SSO_REQUIRED']);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect((await page(person.email).answer).status).toBe(403);
    expect((await page(person.email, 'wrong password').answer).status).toBe(401);
    expect(await events()).not.toContain('break-glass.used');
    expect((await page(OWNER.email).answer).status).toBe(303);
    expect(await events()).toContain('break-glass.used');
    await set(false);
  });
});

describe('the account page', () => {
  it('is where a sign-in leads that lacks a required second factor, and goes on from there', async () => {
    const person = await plane.addMember({ email: 'required@acme.example', role: 'auditor' });
    const require = (twoFactorRoles: string[]) =>
      plane.owner.patch('/api/v1/organizations/acme', { twoFactorRoles });
    expect((await require(['auditor'])).status).toBe(200);
    const { browser, answer } = page(person.email, PASSWORD, '/device');
    expect((await answer).status).toBe(303);
    const led = await browser.follow({});
    expect(`${led.url.pathname}${led.url.search}`).toBe('/account?next=%2Fdevice');
    const form = { password: PASSWORD, next: '/device' };
    const begun = await browser.submit('/account/second-factor', form);
    const uri = /href="(otpauth:[^"]+)"/.exec(begun.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const given = { code: await codeOf(uri), next: '/device' };
    expect((await browser.submit('/account/second-factor/verify', given)).status).toBe(303);
    expect((await browser.follow({})).url.pathname).toBe('/device');
    expect((await browser.json('/api/v1/account')).twoFactor).toBe(true);
    await require([]);
  });

  it('says that the password was changed, and nothing that an address made up', async () => {
    const person = await plane.addMember({ email: 'notice@acme.example', role: 'member' });
    const { browser, answer } = page(person.email);
    await answer;
    await browser.submit('/account/password', { current: PASSWORD, wanted: 'another horse battery' });
    expect((await browser.follow({})).text).toContain('role="status"');
    expect((await browser.get('/account?done=made-up')).text).not.toContain('role="status"');
  });

  it('ends sessions by its forms, and takes none of another site', async () => {
    const person = await plane.addMember({ email: 'forms@acme.example', role: 'member' });
    const { browser, answer } = page(person.email);
    await answer;
    const [{ id }] = (await person.get('/api/v1/account/sessions')).body.items.filter(
      ({ current }: { current: boolean }) => current,
    );
    const foreign = await browser.submit('/account/sessions/end', { id }, 'https://evil.example');
    expect(foreign.status).toBe(403);
    expect((await person.get('/api/v1/account')).status).toBe(200);
    expect((await browser.submit('/account/sessions/end', { id })).status).toBe(303);
    expect((await person.get('/api/v1/account')).status).toBe(401);
    expect((await browser.get('/account')).text).toContain(person.email);
  });
});
