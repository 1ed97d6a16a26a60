import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Harness, startHarness } from './harness.ts';

describe('invitations', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
    expect((await plane.owner.post('teams', { slug: 'platform' })).status).toBe(201);
  });
  afterAll(async () => {
    await plane.close();
  });

  const invite = async (email: string, more: object = {}, by: Client = plane.owner) =>
    await by.post('invitations', { email, role: 'member', ...more });
  const codeOf = (url: string) => new URL(url).searchParams.get('code') ?? '';
  const submit = async (form: Record<string, string>, headers: Record<string, string> = {}) =>
    await fetch(`${plane.url}/invitation`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: plane.url, ...headers },
      body: new URLSearchParams(form),
    });
  const open = async (code: string) => await fetch(`${plane.url}/invitation?code=${code}`);
  const NEW = { name: 'Nina New', password: 'battery horse correct' };

  it('bring a new person in, with role and teams, once', async () => {
    const { status, body } = await invite('Nina@acme.example', { role: 'auditor', teams: ['platform'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: 'nina@acme.example', role: 'auditor', teams: ['platform'] });
    const code = codeOf(body.url);
    const page = await open(code);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('nina@acme.example as auditor');
    expect((await submit({ code, ...NEW })).status).toBe(303);
    const { body: members } = await plane.owner.get('members?search=nina');
    expect(members.items).toEqual([
      expect.objectContaining({ email: 'nina@acme.example', role: 'auditor', teams: ['platform'] }),
    ]);
    const nina = await plane.signIn('nina@acme.example', NEW.password);
    expect((await nina.get('members')).status).toBe(200);
    expect((await open(code)).status).toBe(404);
    expect((await submit({ code, ...NEW })).status).toBe(404);
  });

  it('are for the invited address alone, and let a person with an account join', async () => {
    const { body: globex } = await (await plane.signIn('owner@acme.example', 'correct horse battery')).post(
      '/api/v1/organizations',
      { slug: 'globex' },
    );
    const eve = await plane.addMember({ email: 'eve@acme.example', role: 'member' });
    const owner = await plane.signIn('owner@acme.example', 'correct horse battery');
    const at = `/api/v1/organizations/${globex.slug}/invitations`;
    const other = codeOf((await owner.post(at, { email: 'mallory@acme.example', role: 'admin' })).body.url);
    const own = codeOf((await owner.post(at, { email: 'eve@acme.example', role: 'admin' })).body.url);
    const form = (code: string) => new URLSearchParams({ code }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await eve.post('/invitation', form(other), type)).status).toBe(422);
    expect((await eve.post('/invitation', form(own), type)).status).toBe(303);
    expect((await eve.get(`/api/v1/organizations/${globex.slug}`)).body).toMatchObject({ role: 'admin' });
    expect((await open(other)).status).toBe(200);
  });

  it('make no second account for an address that has one', async () => {
    await plane.addMember({ email: 'twin@acme.example', role: 'member' });
    expect((await invite('twin@acme.example')).body).toMatchObject({ code: 'MEMBER_EXISTS' });
    const first = await invite('late@acme.example');
    await plane.addMember({ email: 'late@acme.example', role: 'member' });
    expect((await submit({ code: codeOf(first.body.url), ...NEW })).status).toBe(422);
  });

  it('are listed without their address, sent again with a new one, and taken back', async () => {
    const made = await invite('again@acme.example');
    expect((await invite('again@acme.example')).body).toMatchObject({ code: 'INVITATION_EXISTS' });
    const { body: list } = await plane.owner.get('invitations');
    const listed = list.items.find((item: { email: string }) => item.email === 'again@acme.example');
    expect(listed).toMatchObject({ id: made.body.id });
    expect(listed.url).toBeUndefined();
    const resent = await plane.owner.post(`invitations/${made.body.id}/resend`, {});
    expect((await open(codeOf(made.body.url))).status).toBe(404);
    expect((await open(codeOf(resent.body.url))).status).toBe(200);
    expect((await plane.owner.delete(`invitations/${made.body.id}`)).status).toBe(204);
    expect((await open(codeOf(resent.body.url))).status).toBe(404);
    expect((await plane.owner.post(`invitations/${made.body.id}/resend`, {})).status).toBe(404);
  });

  it('end after a week', async () => {
    const { body } = await invite('slow@acme.example');
    plane.advance(7 * 86_400_000 + 1000);
    expect((await submit({ code: codeOf(body.url), ...NEW })).status).toBe(404);
  });

  it('to become owner are made by owners alone, into teams that exist', async () => {
    const admin = await plane.addMember({ email: 'admin@acme.example', role: 'admin' });
    expect((await invite('boss@acme.example', { role: 'owner' }, admin)).status).toBe(403);
    expect((await invite('boss@acme.example', { role: 'admin' }, admin)).status).toBe(201);
    expect((await invite('lost@acme.example', { teams: ['nowhere'] })).status).toBe(404);
    const auditor = await plane.addMember({ email: 'auditor@acme.example', role: 'auditor' });
    expect((await invite('x@acme.example', {}, auditor)).status).toBe(403);
  });

  it('refuse the form of another site, and a weak password', async () => {
    const { body } = await invite('form@acme.example');
    const code = codeOf(body.url);
    expect((await submit({ code, ...NEW }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await submit({ code, name: 'F', password: 'short' })).status).toBe(422);
    expect((await open(code)).status).toBe(200);
  });

  it('two requests with one code make one member', async () => {
    const { body } = await invite('race@acme.example');
    const form = { code: codeOf(body.url), ...NEW };
    const answers = await Promise.all([submit(form), submit(form)]);
    expect(answers.map(({ status }) => status).filter((status) => status === 303)).toHaveLength(1);
  });

  it('reach a person by mail, and Activity without the address or the code', async () => {
    const { body } = await invite('mail@acme.example');
    const outbox = join(plane.config.dataDir, 'outbox');
    const mails = readdirSync(outbox).map((file) => readFileSync(join(outbox, file), 'utf8'));
    expect(mails.find((mail) => mail.startsWith('To: mail@acme.example'))).toContain(body.url);
    const { body: activity } = await plane.owner.get('activity?event=invitation.created');
    const text = JSON.stringify(activity);
    expect(activity.items.length).toBeGreaterThan(0);
    expect(text).not.toContain('mail@acme.example');
    expect(text).not.toContain(codeOf(body.url));
  });
});
