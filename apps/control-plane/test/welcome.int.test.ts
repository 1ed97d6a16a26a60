/** The first owner's welcome, and the pages that work without a script. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseControlPlaneConfig } from '../src/config.ts';
import { setUpOrganization } from '../src/set-up.ts';
import { type ControlPlane, startControlPlane } from '../src/start.ts';

describe('welcome', () => {
  let plane: ControlPlane;
  let dataDir: string;
  let code: string;
  let token: string;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'pullgate-welcome-'));
    const config = parseControlPlaneConfig({ dataDir, listen: '127.0.0.1:0', logLevel: 'silent' });
    const made = await setUpOrganization(config, { organization: 'acme' });
    code = made.welcomeCode ?? '';
    token = made.token;
    plane = await startControlPlane(config, { limits: { requests: 1e6, signIns: 1e6, failedTokens: 1e6 } });
  });
  afterEach(async () => {
    await plane.close();
    rmSync(dataDir, { recursive: true });
  });

  const person = { name: 'Olga <b>Owner</b>', email: 'Olga@acme.example', password: 'correct horse battery' };
  const send = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${plane.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: plane.url, ...headers },
      body: new URLSearchParams(form),
    });
  const cookieOf = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');

  it('has a code that can be read aloud', () => {
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  });

  it('sets e-mail and password once, and signs in', async () => {
    const page = await fetch(`${plane.url}/welcome?code=${code}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Welcome to Pullgate')]);
    const sent = await send('/welcome', { code: code.toLowerCase(), ...person });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/']);
    const session = await fetch(`${plane.url}/api/v1/session`, { headers: { cookie: cookieOf(sent) } });
    expect(await session.json()).toMatchObject({
      user: { email: person.email.toLowerCase(), name: person.name },
    });
    expect((await send('/welcome', { code, ...person })).status).toBe(422);
    const used = await fetch(`${plane.url}/welcome?code=${code}`);
    expect([used.status, await used.text()]).toEqual([403, expect.stringContaining('<a href="/sign-in">')]);
    const wayOut = await fetch(`${plane.url}/sign-in`);
    expect([wayOut.status, await wayOut.text()]).toEqual([200, expect.stringContaining('name="password"')]);
    const activity = await fetch(`${plane.url}/api/v1/organizations/acme/activity?event=owner.welcomed`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(((await activity.json()) as { items: unknown[] }).items).toHaveLength(1);
  });

  it('signs in and out by form afterwards', async () => {
    await send('/welcome', { code, ...person });
    const { email, password } = person;
    expect((await send('/sign-in', { email, password: 'wrong' })).status).toBe(401);
    const signedIn = await send('/sign-in', { email, password });
    expect(signedIn.status).toBe(303);
    const cookie = cookieOf(signedIn);
    expect((await send('/sign-out', {}, { cookie })).status).toBe(303);
    const home = await (await fetch(`${plane.url}/`, { headers: { cookie } })).text();
    expect(home).toContain('Sign in');
  });

  it.each([
    ['a wrong code', { code: '2222-2222' }],
    ['a short password', { password: 'short' }],
    ['no e-mail address', { email: 'nobody' }],
    ['no name', { name: '' }],
  ])('refuses %s and uses nothing up', async (_what, wrong) => {
    const refused = await send('/welcome', { code, ...person, ...wrong });
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('role="alert"')]);
    expect((await send('/welcome', { code, ...person })).status).toBe(303);
  });

  it('has a style sheet that browsers keep until it is another', async () => {
    const page = await (await fetch(`${plane.url}/sign-in`)).text();
    const path = /rel="stylesheet" href="([^"]+)"/.exec(page)?.[1] ?? '';
    const style = await fetch(`${plane.url}${path}`);
    expect(style.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const hash = createHash('sha256').update(await style.text());
    expect(path).toContain(hash.digest('hex').slice(0, 12));
  });

  it('is for this machine only', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.7' };
    expect((await fetch(`${plane.url}/welcome?code=${code}`, { headers: forwarded })).status).toBe(404);
    expect((await send('/welcome', { code, ...person }, forwarded)).status).toBe(404);
  });

  it('refuses forms of other sites', async () => {
    const evil = { origin: 'https://evil.example' };
    expect((await send('/welcome', { code, ...person }, evil)).status).toBe(403);
    expect((await send('/sign-in', { email: 'a@b', password: 'x' }, evil)).status).toBe(403);
  });

  it('ends after too many wrong codes', async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 52; tries += 1) {
      statuses.push((await fetch(`${plane.url}/welcome?code=WRNG-${1000 + tries}`)).status);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([403, 429]);
  });
});
