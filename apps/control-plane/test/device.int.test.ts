/** Sign-in on a device, as the command line and a browser do it, on a real server. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, type Harness, OWNER, startHarness } from './harness.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

interface Codes {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri_complete: string;
  readonly interval: number;
}

let plane: Harness;
let browser: Client;
beforeAll(async () => {
  plane = await startHarness();
});
beforeEach(async () => {
  browser = await plane.signIn(OWNER.email, OWNER.password);
});
afterAll(async () => {
  await plane.close();
});

async function ask(more: Record<string, string> = {}): Promise<Codes> {
  const answer = await plane.anonymous.post('/api/auth/device/code', {
    client_id: 'pullgate-cli',
    machine_name: 'laptop-7',
    login: 'dev',
    ...more,
  });
  expect(answer.status).toBe(200);
  return answer.body as Codes;
}
const poll = (codes: Codes, client = plane.anonymous) =>
  client.post('/api/auth/device/token', {
    grant_type: GRANT,
    device_code: codes.device_code,
    client_id: 'pullgate-cli',
  });
const decide = (user_code: string, decision: string, headers = {}, client = browser) =>
  client.request('POST', '/device', new URLSearchParams({ user_code, decision }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  });
const work = (sql: string) =>
  plane.stopped(() => {
    const { dataDir } = plane.config;
    const db = new DatabaseSync(join(dataDir, 'pullgate.sqlite'));
    db.exec(sql);
    db.close();
  });

describe('a device', () => {
  it('gets a session of its own once a person allows it; that of the browser stays', async () => {
    const codes = await ask();
    expect((await poll(codes)).body.error).toBe('authorization_pending');
    expect((await poll(codes)).body.error).toBe('slow_down');
    const page = await browser.get(`/device?user_code=${codes.user_code}`);
    expect(page.status).toBe(200);
    for (const fact of ['laptop-7', '>dev<', '127.0.0.1', 'value="allow"']) expect(page.body).toContain(fact);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");

    expect((await decide(codes.user_code, 'allow')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, codes.interval * 1000 + 50));
    const { body } = await poll(codes);
    const device = plane.clientWith({ authorization: `Bearer ${body.access_token}` });
    expect((await device.get('/api/v1/session')).body).toMatchObject({
      kind: 'user',
      user: { email: OWNER.email },
    });
    // signing the device out leaves the browser signed in
    await device.post('/api/auth/sign-out', {});
    expect((await device.get('/api/v1/session')).body.code).toBe('TOKEN_INVALID');
    expect((await browser.get('/api/v1/session')).status).toBe(200);
    // the code works once
    expect((await poll(codes)).body.error).toBe('invalid_grant');
    expect((await browser.get(`/device?user_code=${codes.user_code}`)).status).toBe(410);
    expect((await decide(codes.user_code, 'allow')).status).toBe(410);
  });

  it('is told when the person denies it', async () => {
    const codes = await ask();
    expect((await decide(codes.user_code, 'deny')).status).toBe(200);
    expect((await poll(codes)).body.error).toBe('access_denied');
  });

  it('is not served when it is another client', async () => {
    const answer = await plane.anonymous.post('/api/auth/device/code', { client_id: 'other' });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client']);
  });

  it('cannot name itself in a way that runs or misleads', async () => {
    const { user_code } = await ask({ machine_name: '<b>x</b>\u202e\u0007', login: '"><script>' });
    const { body } = await browser.get(`/device?user_code=${user_code}`);
    expect(body).not.toContain('<b>x');
    expect(body).not.toContain('<script');
    expect(body).not.toMatch(/[\p{Cf}]/u);
  });
});

describe('a code is decided', () => {
  it('by a form of this server alone, never by an address', async () => {
    const codes = await ask();
    await browser.get(`/device?user_code=${codes.user_code}&decision=allow`);
    for (const origin of ['https://evil.example', 'null']) {
      expect((await decide(codes.user_code, 'allow', { origin })).body.code).toBe('ORIGIN_REFUSED');
    }
    expect((await poll(codes)).body.error).toBe('authorization_pending');
  });

  it('after sign-in, which comes back to it', async () => {
    const { user_code } = await ask();
    const answer = await plane.anonymous.get(`/device?user_code=${user_code}`);
    const next = `/device?user_code=${user_code}`;
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/sign-in?next=${encodeURIComponent(next)}`,
    ]);
    const form = new URLSearchParams({ email: OWNER.email, password: OWNER.password, next });
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: plane.url };
    const signedIn = await plane.anonymous.request('POST', '/sign-in', form.toString(), type);
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, next]);
    form.set('next', '//evil.example');
    const elsewhere = await plane.anonymous.request('POST', '/sign-in', form.toString(), type);
    expect(elsewhere.headers.get('location')).toBe('/');
  });

  it('until it expires, and within few guesses', async () => {
    const { user_code } = await ask();
    plane.advance(600_001);
    const page = await browser.get(`/device?user_code=${user_code}`);
    expect([page.status, page.body.includes('expired')]).toEqual([410, true]);
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await decide(`WRNG-222${guess + 2}`, 'allow')).status).toBe(404);
    }
    expect((await decide('WRNG-2229', 'allow')).body.code).toBe('RATE_LIMITED');
    const again = await plane.signIn(OWNER.email, OWNER.password);
    expect((await decide(user_code, 'allow', {}, again)).body.code).toBe('RATE_LIMITED');
  });

  it('not by somebody who was deactivated, nor for them', async () => {
    await plane.restart();
    const codes = await ask();
    const late = await ask();
    expect((await decide(late.user_code, 'allow')).status).toBe(200);
    await work(`update "member" set "deactivatedAt" = '2026-01-01T00:00:00.000Z'`);
    expect((await poll(late)).body.error).toBe('access_denied');
    const answer = await decide(codes.user_code, 'allow');
    expect([200, 410]).not.toContain(answer.status);
    expect((await poll(codes)).body.error).toBe('authorization_pending');
    await work(`update "member" set "deactivatedAt" = null`);
  });
});
