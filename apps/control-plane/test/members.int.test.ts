/** Members over HTTP, on a real server: who may change whom, what ends with a place, and the last owner. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Harness, type MemberClient, OWNER, startHarness } from './harness.ts';

const outcome = ({ status, body }: Answer) => [status, body.code];

describe('members', () => {
  let plane: Harness;
  let admin: MemberClient;
  let auditor: MemberClient;
  let ownerId: string;
  beforeAll(async () => {
    plane = await startHarness();
    admin = await plane.addMember({ email: 'adam@acme.example', role: 'admin' });
    auditor = await plane.addMember({ email: 'audrey@acme.example', role: 'auditor' });
    ownerId = (await plane.owner.get('/api/v1/session')).body.user.id;
  });
  afterAll(async () => {
    await plane.close();
  });

  it('have a session of their own', async () => {
    const session = (await auditor.get('/api/v1/session')).body;
    expect(session).toMatchObject({
      user: { id: auditor.id },
      organizations: [{ slug: 'acme', role: 'auditor' }],
    });
  });

  it('are listed page by page, and found by a part of name or address', async () => {
    const first = (await auditor.get('members?limit=2')).body;
    expect(first.items.map((item: { email: string }) => item.email)).toEqual([admin.email, auditor.email]);
    const rest = (await auditor.get(`members?limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest.items.map((item: { id: string }) => item.id)).toContain(ownerId);
    const found = async (text: string) =>
      (await auditor.get(`members?search=${encodeURIComponent(text)}`)).body.items.map(
        (item: { email: string }) => item.email,
      );
    expect(await found('OLGA')).toEqual([OWNER.email]);
    expect(await found('audrey@')).toEqual([auditor.email]);
    expect(await found('%')).toEqual([]);
  });

  it('are found by team, role, state and second factor', async () => {
    const tess = await plane.addMember({ email: 'tess@acme.example', role: 'member' });
    expect((await plane.owner.post('teams', { slug: 'testers' })).status).toBe(201);
    await plane.owner.put(`teams/testers/members/${tess.id}`);
    await plane.owner.patch(`members/${tess.id}`, { state: 'deactivated' });
    const found = async (query: string) =>
      (await auditor.get(`members?${query}`)).body.items.map((item: { email: string }) => item.email);
    expect(await found('team=testers')).toEqual([tess.email]);
    expect(await found('team=nobody')).toEqual([]);
    expect(await found('role=auditor&state=active')).toEqual([auditor.email]);
    expect(await found('state=deactivated')).toEqual([tess.email]);
    expect(await found('twoFactor=true')).toEqual([]);
    expect(await found('twoFactor=false&role=owner')).toEqual([OWNER.email]);
    await plane.owner.delete(`members/${tess.id}`);
  });

  it('are read by auditors and changed by admins', async () => {
    const mia = await plane.addMember({ email: 'mia@acme.example', role: 'member' });
    expect(outcome(await mia.get('members'))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await auditor.patch(`members/${mia.id}`, { role: 'admin' }))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await auditor.delete(`members/${mia.id}`))).toEqual([403, 'FORBIDDEN']);
    expect((await admin.patch(`members/${mia.id}`, { role: 'auditor' })).body).toMatchObject({
      id: mia.id,
      role: 'auditor',
      state: 'active',
      source: 'manual',
      teams: [],
    });
    expect((await mia.get(`members/${mia.id}`)).status).toBe(200);
    expect(outcome(await admin.get('members/nobody'))).toEqual([404, 'NOT_FOUND']);
  });

  it('are made owners, and unmade, by owners alone', async () => {
    const second = await plane.addMember({ email: 'second@acme.example', role: 'owner' });
    expect(outcome(await admin.patch(`members/${admin.id}`, { role: 'owner' }))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await admin.patch(`members/${second.id}`, { role: 'member' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    const off = { state: 'deactivated' };
    expect(outcome(await admin.patch(`members/${second.id}`, off))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await admin.delete(`members/${second.id}`))).toEqual([403, 'FORBIDDEN']);
    expect((await plane.owner.patch(`members/${second.id}`, { role: 'member' })).status).toBe(200);
  });

  it('of a directory may get another role, and Activity says who manages them', async () => {
    const kim = await plane.addMember({ email: 'kim@acme.example', role: 'member', source: 'scim' });
    const changed = await admin.patch(`members/${kim.id}`, { role: 'auditor' });
    expect(changed.body).toMatchObject({ role: 'auditor', source: 'scim' });
    const [entry] = (await plane.owner.get('activity?limit=1')).body.items;
    expect(entry).toMatchObject({ event: 'member.role-changed', target: { kind: 'member', id: kim.id } });
    expect(entry.text).toContain('SCIM');
    expect(JSON.stringify(entry)).not.toContain(kim.email);
  });

  it('who are deactivated are strangers at once, with session and token, until they are back', async () => {
    const dan = await plane.addMember({ email: 'dan@acme.example', role: 'auditor' });
    const { token } = (await plane.owner.post('tokens', { name: 'other', scopes: ['policy:read'] })).body;
    const own = await makeToken(plane, dan);
    const bearer = plane.clientWith({ authorization: `Bearer ${own}` });
    expect((await bearer.get('policy')).status).toBe(200);
    expect((await admin.patch(`members/${dan.id}`, { state: 'deactivated' })).body.state).toBe('deactivated');
    expect(outcome(await dan.get('policy'))).toEqual([401, 'SIGN_IN_REQUIRED']);
    expect(outcome(await bearer.get('policy'))).toEqual([401, 'TOKEN_INVALID']);
    const again = await plane.signIn(dan.email, OWNER.password);
    expect(outcome(await again.get('policy'))).toEqual([404, 'NOT_FOUND']);
    expect((await again.get('/api/v1/session')).body.organizations).toEqual([]);
    expect((await admin.patch(`members/${dan.id}`, { state: 'active' })).body).not.toHaveProperty(
      'deactivatedAt',
    );
    expect((await again.get('policy')).status).toBe(200);
    expect(outcome(await bearer.get('policy'))).toEqual([401, 'TOKEN_INVALID']);
    const other = plane.clientWith({ authorization: `Bearer ${token}` });
    expect((await other.get('policy')).status).toBe(200);
  });

  it('leave by themselves, whatever their role, and are removed by others', async () => {
    const lea = await plane.addMember({ email: 'lea@acme.example', role: 'member' });
    const rob = await plane.addMember({ email: 'rob@acme.example', role: 'member' });
    expect((await lea.delete(`members/${lea.id}`)).status).toBe(204);
    expect((await admin.delete(`members/${rob.id}`)).status).toBe(204);
    const { items } = (await plane.owner.get('activity?limit=2')).body;
    expect(
      items.map((item: { event: string; actor: { id: string } }) => [item.event, item.actor.id]),
    ).toEqual([
      ['member.removed', admin.id],
      ['member.left', lea.id],
    ]);
    expect(outcome(await admin.get(`members/${lea.id}`))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('the last active owner', () => {
  let plane: Harness;
  let ownerId: string;
  beforeAll(async () => {
    plane = await startHarness();
    ownerId = (await plane.owner.get('/api/v1/session')).body.user.id;
  });
  afterAll(async () => {
    await plane.close();
  });

  it('cannot be demoted, deactivated or removed, and cannot leave', async () => {
    const path = `members/${ownerId}`;
    const self = await plane.signIn(OWNER.email, OWNER.password);
    const answers = [
      await plane.owner.patch(path, { role: 'admin' }),
      await plane.owner.patch(path, { state: 'deactivated' }),
      await plane.owner.delete(path),
      await self.delete(path),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => [409, 'LAST_OWNER']));
    expect((await self.get(path)).body).toMatchObject({ role: 'owner', state: 'active' });
    expect((await plane.owner.get('activity?event=member.left')).body.items).toEqual([]);
  });

  it('is one of two who go at the same moment', async () => {
    const other = await plane.addMember({ email: 'other@acme.example', role: 'owner' });
    const self = await plane.signIn(OWNER.email, OWNER.password);
    const answers = await Promise.all([
      self.patch(`members/${ownerId}`, { role: 'member' }),
      other.patch(`members/${other.id}`, { role: 'member' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const stillOwner = answers[0].status === 409 ? self : other;
    const { items } = (await stillOwner.get('members')).body;
    expect(items.filter((item: { role: string }) => item.role === 'owner')).toHaveLength(1);
  });
});

async function makeToken(plane: Harness, person: MemberClient): Promise<string> {
  const made = await person.post('tokens', { name: 'own', scopes: ['policy:read'] });
  if (made.status !== 201) throw new Error(`no token: ${made.status} ${made.body.code} on ${plane.url}`);
  return made.body.token;
}
