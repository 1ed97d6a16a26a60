/** A forgotten password: over the API and by the forms, without SMTP (the outbox) and with it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RESET_LIFE_S } from '../src/sign-in/sign-in.ts';
import { createBrowser } from './browser.ts';
import { type Harness, type MemberClient, OWNER, startHarness } from './harness.ts';
import { codeOf, setUpSecondFactor } from './second-factor.ts';

let plane: Harness;
beforeAll(async () => {
  plane = await startHarness();
});
afterAll(async () => await plane.close());

const NEW = 'another horse battery';
let made = 0;
const newPerson = async (): Promise<MemberClient> => {
  made += 1;
  return await plane.addMember({ email: `forgets-${made}@acme.example`, role: 'member' });
};

const outbox = () => {
  try {
    const folder = join(plane.config.dataDir, 'outbox');
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  } catch {
    return [];
  }
};
const mailsTo = (email: string) => outbox().filter((text) => text.startsWith(`To: ${email}\n`));
const tokenOf = (mail = '') => /reset-password\?token=(\S+)/.exec(mail)?.[1] ?? '';

const ask = (email: string) => plane.anonymous.post('/api/v1/password-reset-requests', { email });
const reset = (token: string, password = NEW) =>
  plane.anonymous.post('/api/v1/password-resets', { token, password });
const tokenFor = async (email: string) => {
  await ask(email);
  return tokenOf(mailsTo(email).at(-1));
};

describe('over the API', () => {
  it('sets a new password once, ends every session, and stands in Activity', async () => {
    const person = await newPerson();
    const token = await tokenFor(person.email);
    expect((await reset(token)).status).toBe(204);
    expect((await person.get('/api/v1/account')).status).toBe(401);
    await expect(plane.signIn(person.email, NEW)).resolves.toBeDefined();
    const again = await reset(token, 'a third horse battery');
    expect([again.status, again.body.code]).toEqual([410, 'PASSWORD_RESET_INVALID']);
    const { items } = (await plane.owner.get('activity?limit=200')).body;
    const entry = items.find(({ event }: { event: string }) => event === 'password.reset');
    expect([entry.actor.id, entry.target.id]).toEqual([person.id, person.id]);
    expect(JSON.stringify(items)).not.toContain(token);
  });

  it('ends every other link of the person, and no link of others', async () => {
    const [person, other] = [await newPerson(), await newPerson()];
    await ask(person.email);
    await ask(person.email);
    const [first = '', second = ''] = mailsTo(person.email).map((mail) => tokenOf(mail));
    const foreign = await tokenFor(other.email);
    expect((await reset(first)).status).toBe(204);
    expect((await reset(second)).body.code).toBe('PASSWORD_RESET_INVALID');
    expect((await reset(foreign)).status).toBe(204);
  });

  it('refuses a link once its hour is over', async () => {
    const person = await newPerson();
    const token = await tokenFor(person.email);
    const seen = async () => (await createBrowser(plane.url).get(`/reset-password?token=${token}`)).status;
    expect(await seen()).toBe(200);
    vi.useFakeTimers({ now: Date.now() + RESET_LIFE_S * 1_000 + 1, toFake: ['Date'] });
    try {
      expect((await reset(token)).body.code).toBe('PASSWORD_RESET_INVALID');
      expect(await seen()).toBe(410);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends the links that were mailed when the password is changed', async () => {
    const person = await newPerson();
    const token = await tokenFor(person.email);
    const browser = createBrowser(plane.url);
    await browser.submit('/sign-in', { email: person.email, password: OWNER.password });
    await browser.submit('/account/password', { current: 'not the password', wanted: NEW });
    expect((await createBrowser(plane.url).get(`/reset-password?token=${token}`)).status).toBe(200);
    await browser.submit('/account/password', { current: OWNER.password, wanted: NEW });
    expect((await reset(token)).body.code).toBe('PASSWORD_RESET_INVALID');
    await expect(plane.signIn(person.email, NEW)).resolves.toBeDefined();
  });

  it('lets nobody finish a sign-in that the old password began', async () => {
    const person = await newPerson();
    const { totpURI } = await setUpSecondFactor(person);
    const browser = createBrowser(plane.url);
    await browser.submit('/sign-in', { email: person.email, password: OWNER.password });
    expect((await reset(await tokenFor(person.email))).status).toBe(204);
    const code = await codeOf(totpURI);
    expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(401);
  });

  it('sets the password of the person whose link it is, whoever is signed in', async () => {
    const [person, stranger] = [await newPerson(), await newPerson()];
    const token = await tokenFor(person.email);
    expect((await stranger.post('/api/v1/password-resets', { token, password: NEW })).status).toBe(204);
    await expect(plane.signIn(person.email, NEW)).resolves.toBeDefined();
    expect((await stranger.get('/api/v1/account')).status).toBe(200);
  });

  it('answers the same whether or not the address has an account', async () => {
    const { email } = await newPerson();
    const [known, unknown] = [await ask(email), await ask('nobody@acme.example')];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    expect(mailsTo(email)).toHaveLength(1);
    expect(mailsTo('nobody@acme.example')).toHaveLength(0);
  });

  it('mails one address three times, however it is written', async () => {
    const { email } = await newPerson();
    const asked = [email, email.toUpperCase(), ` ${email} `, email];
    const statuses: number[] = [];
    for (const one of asked) statuses.push((await ask(one)).status);
    expect(statuses).toEqual([204, 204, 204, 429]);
    expect(mailsTo(email)).toHaveLength(3);
  });

  it('leaves the second factor in place', async () => {
    const person = await newPerson();
    const { totpURI } = await setUpSecondFactor(person);
    await reset(await tokenFor(person.email));
    const browser = createBrowser(plane.url);
    await browser.submit('/sign-in', { email: person.email, password: NEW });
    expect((await browser.get('/api/v1/account')).status).toBe(401);
    await browser.submit('/sign-in/second-factor', { code: await codeOf(totpURI) });
    expect((await browser.get('/api/v1/account')).status).toBe(200);
  });

  it('keeps no token that works in the database', async () => {
    const { email } = await newPerson();
    const token = await tokenFor(email);
    let rows = '';
    await plane.stopped(() => {
      rows = readFileSync(join(plane.config.dataDir, 'pullgate.sqlite'), 'latin1');
    });
    expect(token).not.toBe('');
    expect(rows).not.toContain(token);
  });
});

describe('by the forms', () => {
  it('leads from the sign-in page to a new password', async () => {
    const { email } = await newPerson();
    const browser = createBrowser(plane.url);
    expect((await browser.get('/sign-in')).text).toContain('href="/forgotten-password"');
    const sent = await browser.submit('/forgotten-password', { email });
    expect(sent.text).toContain('outbox');
    expect(sent.text).not.toContain(plane.config.dataDir);
    const token = tokenOf(mailsTo(email)[0]);
    expect((await browser.get(`/reset-password?token=${token}`)).status).toBe(200);
    expect((await browser.submit('/reset-password', { token, password: 'short' })).status).toBe(422);
    expect((await browser.submit('/reset-password', { token, password: NEW })).status).toBe(200);
    for (const path of [`/reset-password?token=${token}`, '/reset-password?token=made-up']) {
      expect((await browser.get(path)).status).toBe(410);
    }
    expect((await browser.submit('/sign-in', { email, password: NEW })).status).toBe(303);
  });

  it('shows the same page for an address without account', async () => {
    const { email } = await newPerson();
    const browser = createBrowser(plane.url);
    const [known, unknown] = [
      await browser.submit('/forgotten-password', { email }),
      await browser.submit('/forgotten-password', { email: 'no-one@acme.example' }),
    ];
    expect(unknown.text.replaceAll('no-one@acme.example', email)).toBe(known.text);
  });

  it.each(['/forgotten-password', '/reset-password'])('%s refuses forms of other sites', async (path) => {
    const form = { email: 'a@acme.example', token: 'x', password: NEW };
    expect((await createBrowser(plane.url).submit(path, form, 'https://evil.example')).status).toBe(403);
  });
});

describe('guessing', () => {
  const SIGN_INS = 5;
  let few: Harness;
  beforeAll(async () => {
    few = await startHarness({ limits: { requests: 1e6, signIns: SIGN_INS, failedTokens: 30 } });
  });
  afterAll(async () => await few.close());

  it('of tokens is limited, by the API and by the page together', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= SIGN_INS; attempt += 1) {
      const guess = { token: 'made-up', password: NEW };
      statuses.push((await few.anonymous.post('/api/v1/password-resets', guess)).status);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([410, 429]);
    expect((await few.anonymous.get('/reset-password?token=made-up')).status).toBe(429);
  });
});
