/** What attackers try at sign-in, over HTTP on a real server. What one feature defends alone is tried beside that feature. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser } from './browser.ts';
import { askForCode, decideCode, exchangeCode, signInDevice } from './device-login.ts';
import { type Client, type Harness, type MemberClient, OWNER, startHarness } from './harness.ts';
import { codeOf, setUpSecondFactor } from './second-factor.ts';

let plane: Harness;
let people = 0;

beforeAll(async () => {
  plane = await startHarness();
});
afterAll(async () => {
  await plane.close();
});

const { password } = OWNER;
const addPerson = (role: 'owner' | 'admin' | 'auditor' | 'member' = 'member'): Promise<MemberClient> => {
  people += 1;
  return plane.addMember({ email: `person-${people}@acme.example`, role });
};
const bearer = (token: string) => plane.clientWith({ authorization: `Bearer ${token}` });
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** Sends a form as a browser does, from the page of this server when no other origin is given. */
const submit = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  plane.anonymous.request('POST', path, new URLSearchParams(form).toString(), {
    ...FORM,
    origin: plane.url,
    ...headers,
  });
const cookiesOf = (headers: Headers) => headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
/** A browser that has given its password and is asked for the second factor. */
async function askedForFactor(email: string) {
  const browser = createBrowser(plane.url);
  expect((await browser.submit('/sign-in', { email, password })).text).toContain('/sign-in/second-factor');
  return browser;
}

describe('a session that was there before the sign-in', () => {
  const signInWith = async (cookie: string) => {
    const { headers } = await submit('/sign-in', { email: OWNER.email, password }, { cookie });
    return cookiesOf(headers).filter((one) => one.includes('session_token='));
  };

  it('is not kept when somebody has made it up', async () => {
    const planted = 'pullgate.session_token=planted.by-somebody';
    const [own = ''] = await signInWith(planted);
    expect(own).not.toContain('planted');
    expect((await plane.clientWith({ cookie: own }).get('/api/v1/session')).status).toBe(200);
    expect((await plane.clientWith({ cookie: planted }).get('/api/v1/session')).status).toBe(401);
  });

  it('stays that of whoever planted it', async () => {
    const { email } = await addPerson();
    const [planted = ''] = cookiesOf((await submit('/sign-in', { email, password })).headers);
    const [own = ''] = await signInWith(planted);
    expect(own).not.toBe(planted);
    const { body } = await plane.clientWith({ cookie: planted }).get('/api/v1/session');
    expect(body.user.email).toBe(email);
  });

  it('cannot be bound to a device beforehand', async () => {
    const victim = await addPerson();
    const wish = { client_id: 'pullgate-cli', user_id: victim.id };
    const { body } = await plane.anonymous.post('/api/auth/device/code', wish);
    const attacker = await addPerson();
    expect((await decideCode(attacker, body.user_code)).status).toBe(200);
    const { access_token } = (await exchangeCode(plane, body.device_code)).body;
    expect((await bearer(access_token).get('/api/v1/session')).body.user.id).toBe(attacker.id);
  });

  it("does not let one person's second factor finish another's sign-in", async () => {
    const [mine, other] = [await addPerson(), await addPerson()];
    const [ownFactor] = [await setUpSecondFactor(mine), await setUpSecondFactor(other)];
    const browser = await askedForFactor(other.email);
    for (const code of [await codeOf(ownFactor.totpURI), ownFactor.backupCodes[0] ?? '']) {
      expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(401);
    }
    expect((await browser.get('/api/v1/session')).status).toBe(401);
  });
});

describe('the page of another site', () => {
  const FORMS: readonly (readonly [string, Record<string, string>])[] = [
    ['/sign-in', { email: OWNER.email, password }],
    ['/sign-in/second-factor', { code: '000000' }],
    ['/sign-in/sso', { email: OWNER.email }],
    ['/sign-out', {}],
    ['/device', { user_code: 'ABCD2345', decision: 'allow' }],
    ['/invitation', { code: 'guess' }],
  ];
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
    it.each(FORMS)(`sends %s in vain as ${origin}`, async (path, form) => {
      const answer = await submit(path, form, { origin });
      expect([answer.status, answer.body.code]).toEqual([403, 'ORIGIN_REFUSED']);
    });
  }

  it('changes nothing by a cookie without saying where it is from', async () => {
    const signedIn = await submit('/sign-in', { email: OWNER.email, password });
    const cookie = cookiesOf(signedIn.headers).join('; ');
    const silent = plane.clientWith({ cookie });
    const { user_code } = await askForCode(plane);
    const made = await silent.post('tokens', { name: 'csrf', scopes: [] });
    const decided = await silent.request(
      'POST',
      '/device',
      new URLSearchParams({ user_code, decision: 'allow' }).toString(),
      FORM,
    );
    for (const { status, body } of [made, decided]) {
      expect([status, body.code]).toEqual([403, 'ORIGIN_REFUSED']);
    }
    await silent.request('POST', '/sign-out', '', FORM);
    await silent.post('/api/auth/sign-out', {});
    expect((await silent.get('/api/v1/session')).status).toBe(200);
  });
});

describe('where a sign-in goes on to', () => {
  const CORPUS = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/%2f%2fevil.example',
    '%2f%2fevil.example',
    '/%5cevil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\nlocation: https://evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '//user:secret@evil.example',
    '@evil.example',
    '.evil.example',
  ];
  const leadsAway = (location: string | null) =>
    location === null || /[\\\s]/.test(location) || new URL(location, plane.url).origin !== plane.url;

  it.each(CORPUS)('is this server for %j', async (next) => {
    const { headers } = await submit('/sign-in', { email: OWNER.email, password, next });
    const cookie = cookiesOf(headers).join('; ');
    const again = await plane.clientWith({ cookie }).get(`/sign-in?next=${encodeURIComponent(next)}`);
    const form = await plane.anonymous.get(`/sign-in?next=${encodeURIComponent(next)}`);
    const kept = /name="next" value="([^"]*)"/.exec(form.body)?.[1] ?? '/';
    for (const location of [headers.get('location'), again.headers.get('location'), kept]) {
      expect([location, leadsAway(location)]).toEqual([location, false]);
    }
  });

  it('is this server after the second factor too', async () => {
    const person = await addPerson();
    const { backupCodes } = await setUpSecondFactor(person);
    for (const [at, next] of ['//evil.example', '/\\evil.example', 'javascript:alert(1)'].entries()) {
      const { jar } = await askedForFactor(person.email);
      const cookie = [...(jar.get(plane.url) ?? [])].map((pair) => pair.join('=')).join('; ');
      const code = backupCodes[at] ?? '';
      const answer = await submit('/sign-in/second-factor', { code, next }, { cookie });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    }
  });

  it('is nothing that the interface for programs takes', async () => {
    const wish = { email: OWNER.email, password, callbackURL: 'https://evil.example', redirectTo: '//evil' };
    const { headers, body } = await plane
      .clientWith({ origin: plane.url })
      .post('/api/auth/sign-in/email', wish);
    expect([headers.get('location'), JSON.stringify(body).includes('evil')]).toEqual([null, false]);
  });
});

describe('guessing', () => {
  it.each([
    ['codes of the app', '000000'],
    ['backup codes', 'AAAAA-AAAAA'],
  ])('%s ends the sign-in after five, though the right one comes then', async (_what, wrong) => {
    const person = await addPerson();
    const { totpURI, backupCodes } = await setUpSecondFactor(person);
    const browser = await askedForFactor(person.email);
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await browser.submit('/sign-in/second-factor', { code: wrong })).status).toBe(401);
    }
    for (const code of [await codeOf(totpURI), backupCodes[0] ?? '']) {
      expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(401);
    }
  });

  it('of second factors locks the account, whatever address it comes from', async () => {
    const person = await addPerson();
    const { totpURI } = await setUpSecondFactor(person);
    for (let sitting = 0; sitting < 2; sitting += 1) {
      const browser = await askedForFactor(person.email);
      for (let guess = 0; guess < 5; guess += 1)
        await browser.submit('/sign-in/second-factor', { code: '000000' });
    }
    const browser = await askedForFactor(person.email);
    const code = await codeOf(totpURI);
    expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(401);
    expect((await browser.get('/api/v1/session')).status).toBe(401);
  });

  it('device codes ends for the address, under however many accounts', async () => {
    const own = await startHarness();
    const accounts: Client[] = [];
    for (let at = 0; at < 5; at += 1) {
      accounts.push(await own.addMember({ email: `guess-${at}@acme.example`, role: 'member' }));
    }
    const last = accounts.pop() as Client;
    for (const account of accounts) {
      for (let guess = 0; guess < 5; guess += 1) {
        expect((await decideCode(account, `WRNG222${guess + 2}`)).status).toBe(404);
      }
    }
    expect((await decideCode(last, 'WRNG2222')).body.code).toBe('RATE_LIMITED');
    await own.close();
  });

  it.each([
    ['passwords', '/sign-in', { email: OWNER.email, password: 'not the one' }, 401],
    ['invitation codes', '/invitation', { code: 'guess', name: 'N', password: 'battery horse' }, 404],
    ['second factors', '/sign-in/second-factor', { code: '000000' }, 401],
  ])('%s ends for the address', async (_what, path, form, status) => {
    const own = await startHarness({ limits: { requests: 1e6, signIns: 4, failedTokens: 1e6 } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess += 1) {
      const body = new URLSearchParams(form).toString();
      statuses.push((await own.anonymous.request('POST', path, body, { ...FORM, origin: own.url })).status);
    }
    expect(statuses).toEqual([status, status, status, status, 429]);
    await own.close();
  });
});

describe('a code of the app', () => {
  it('signs in once, also when two bring it at once', async () => {
    const person = await addPerson();
    const { totpURI } = await setUpSecondFactor(person);
    const browsers = [await askedForFactor(person.email), await askedForFactor(person.email)];
    const code = await codeOf(totpURI);
    const answers = await Promise.all(
      browsers.map((browser) => browser.submit('/sign-in/second-factor', { code })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 401]);
    const third = await askedForFactor(person.email);
    expect((await third.submit('/sign-in/second-factor', { code })).status).toBe(401);
    expect((await third.get('/api/v1/session')).status).toBe(401);
  });
});

describe('a sign-in on a device', () => {
  it('gives one session to two that exchange its code at once', async () => {
    const person = await addPerson();
    const { user_code, device_code } = await askForCode(plane);
    await decideCode(person, user_code);
    const answers = await Promise.all([exchangeCode(plane, device_code), exchangeCode(plane, device_code)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each([
    ['member', 'policy:read'],
    ['member', 'people:read'],
    ['auditor', 'policy:write'],
    ['auditor', 'people:write'],
    ['admin', 'organization:write'],
  ] as const)('gives a %s no token with %s', async (role, scope) => {
    const device = bearer(await signInDevice(plane, await addPerson(role)));
    const { status, body } = await device.post('tokens', { name: 'more', scopes: [scope] });
    expect([status, body.code]).toEqual([403, 'SCOPE_MISSING']);
  });

  it.each(['member', 'auditor'] as const)('lets a %s revoke own tokens alone', async (role) => {
    const device = bearer(await signInDevice(plane, await addPerson(role)));
    const own = (await device.post('tokens', { name: 'own', scopes: [] })).body;
    const foreign = (await plane.owner.post('tokens', { name: 'foreign', scopes: ['policy:read'] })).body;
    expect([403, 404]).toContain((await device.delete(`tokens/${foreign.id}`)).status);
    expect((await bearer(foreign.token).get('policy')).status).toBe(200);
    expect((await device.delete(`tokens/${own.id}`)).status).toBe(204);
  });
});
