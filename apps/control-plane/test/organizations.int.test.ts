/** Organizations over HTTP, on a real server: further ones, their settings, and the second factor that they require. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Client, type Harness, startHarness } from './harness.ts';
import { enrollMachine } from './machine.ts';

const outcome = ({ status, body }: Answer) => [status, body.code];
const all = '/api/v1/organizations';

describe('organizations', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => {
    await plane.close();
  });

  it('are made by owners, whole, and seen by their own people alone', async () => {
    const ann = await plane.addMember({ email: 'ann@acme.example', role: 'admin' });
    const olaf = await plane.addMember({ email: 'olaf@acme.example', role: 'owner' });
    expect(outcome(await ann.post(all, { slug: 'globex' }))).toEqual([403, 'FORBIDDEN']);
    const made = await olaf.post(all, { slug: 'globex', name: 'Globex' });
    expect([made.status, made.body]).toMatchObject([201, { slug: 'globex', name: 'Globex', role: 'owner' }]);
    expect(outcome(await olaf.post(all, { slug: 'globex' }))).toEqual([409, 'ORGANIZATION_EXISTS']);
    expect((await olaf.get(`${all}/globex/policy`)).body).toMatchObject({ revision: 1 });
    const { items } = (await olaf.get(all)).body;
    expect(items.map((item: { slug: string }) => item.slug)).toEqual(['acme', 'globex']);
    expect(outcome(await ann.get(`${all}/globex`))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await plane.owner.get(`${all}/globex`))).toEqual([404, 'NOT_FOUND']);
    const { enrolled } = await enrollMachine(plane);
    expect((await plane.owner.get(`${all}/acme`)).body.fingerprint).toBe(enrolled.fingerprint);
    expect(made.body.fingerprint).not.toBe(enrolled.fingerprint);
    const activity = (await olaf.get(`${all}/globex/activity`)).body.items;
    expect(activity.map((item: { event: string }) => item.event)).toEqual([
      'policy.published',
      'organization.created',
    ]);
  });

  it('are listed to a token that makes them; any other token knows its own alone', async () => {
    const otto = await plane.addMember({ email: 'otto@acme.example', role: 'owner' });
    const tokenWith = async (scopes: string[]) => {
      const { body } = await otto.post('tokens', { name: 'ci', scopes });
      return plane.clientWith({ authorization: `Bearer ${body.token}` });
    };
    const whole = await tokenWith(['organization:write']);
    expect((await whole.post(all, { slug: 'hooli' })).status).toBe(201);
    const slugs = async (client: Client) =>
      (await client.get(all)).body.items.map(({ slug }: { slug: string }) => slug);
    expect(await slugs(whole)).toEqual(['acme', 'hooli']);
    expect(await slugs(await tokenWith(['people:write', 'policy:write']))).toEqual(['acme']);
  });

  it.each([['\u202eevil'], ['two\nlines'], ['\u2066x\u2069'], ['']])('have no name like %j', async (name) => {
    expect((await plane.owner.patch(`${all}/acme`, { name })).status).toBe(400);
    expect((await plane.owner.post('teams', { slug: 'named', name })).status).toBe(400);
    expect((await plane.owner.post('tokens', { name })).status).toBe(400);
  });

  it('give one person a role each, and a token of one opens nothing of the other', async () => {
    const nora = await plane.addMember({ email: 'nora@acme.example', role: 'owner' });
    const { id } = (await nora.post(all, { slug: 'initech' })).body;
    const ben = await plane.addMember({
      email: 'ben@initech.example',
      role: 'owner',
      organization: { id, slug: 'initech' },
    });
    expect((await plane.owner.patch(`members/${nora.id}`, { role: 'member' })).status).toBe(200);
    expect(outcome(await nora.patch(`${all}/acme`, { name: 'Mine' }))).toEqual([403, 'FORBIDDEN']);
    expect((await nora.patch(`${all}/initech`, { name: 'Mine' })).body.name).toBe('Mine');
    expect(outcome(await ben.get(`${all}/acme/members`))).toEqual([404, 'NOT_FOUND']);
    const made = await nora.post(`${all}/initech/tokens`, { name: 'ci' });
    const token = plane.clientWith({ authorization: `Bearer ${made.body.token}` });
    expect((await token.get(`${all}/initech/members`)).status).toBe(200);
    expect(outcome(await token.get(`${all}/acme`))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await token.get(`${all}/acme/members/${nora.id}`))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await nora.get(`${all}/initech/members/${plane.organization.id}`))).toEqual([
      404,
      'NOT_FOUND',
    ]);
  });

  it('are changed by owners, and single sign-on is not required before there is one', async () => {
    const adam = await plane.addMember({ email: 'adam@acme.example', role: 'admin' });
    expect(outcome(await adam.patch(`${all}/acme`, { name: 'Mine' }))).toEqual([403, 'FORBIDDEN']);
    expect((await plane.owner.patch(`${all}/acme`, { name: 'Acme Inc' })).body.name).toBe('Acme Inc');
    const [entry] = (await plane.owner.get('activity?limit=1')).body.items;
    expect(entry).toMatchObject({ event: 'organization.edited', after: { name: 'Acme Inc' } });
    const enforced = await plane.owner.patch(`${all}/acme`, { ssoEnforced: true });
    expect(outcome(enforced)).toEqual([400, 'REQUEST_INVALID']);
  });

  it('shut out the roles of which they require a second factor, but for the account', async () => {
    const eve = await plane.addMember({ email: 'eve@acme.example', role: 'admin' });
    const mia = await plane.addMember({ email: 'mia@acme.example', role: 'member' });
    await plane.owner.patch(`${all}/acme`, { twoFactorRoles: ['admin'] });
    expect(outcome(await eve.get('policy'))).toEqual([403, 'TWO_FACTOR_REQUIRED']);
    expect((await eve.get('/api/v1/session')).body.organizations).toMatchObject([{ slug: 'acme' }]);
    expect((await mia.get(`${all}/acme`)).status).toBe(200);
    await plane.owner.patch(`${all}/acme`, { twoFactorRoles: [] });
    expect((await eve.get('policy')).status).toBe(200);
  });
});
