/** What ends when a directory deactivates somebody, in the shapes of Entra ID and Okta, and how soon a connected machine knows. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInDevice } from './device-login.ts';
import { type Answer, type Harness, type MemberClient, startHarness } from './harness.ts';
import { enrollMachine } from './machine.ts';
import { type Directory, openDirectory, SCIM_TYPE, toUser } from './scim-directory.ts';

/** What the product promises: from the directory's request to the assignment on a connected machine. */
const LIMIT_MS = 5000;
let plane: Harness;
let directory: Directory;

beforeAll(async () => {
  plane = await startHarness();
  directory = await openDirectory(plane);
});
afterAll(async () => await plane.close());

type Way = (person: string, name: string) => Promise<Answer>;
const ways: readonly (readonly [string, Way])[] = [
  ['entra', (id) => directory.change(`Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })],
  ['okta', (id) => directory.change(`Users/${id}`, { op: 'replace', value: { active: false } })],
  [
    'put',
    (id, name) =>
      directory.put(`/scim/v2/Users/${id}`, toUser(name, { active: false }), { 'content-type': SCIM_TYPE }),
  ],
  ['delete', (id) => directory.delete(`/scim/v2/Users/${id}`)],
];

/** A member with a browser session, an API token, a machine that they hold and are signed in on. */
async function settleIn(name: string) {
  const person = await plane.addMember({ email: `${name}@acme.example`, role: 'member' });
  const id = await directory.createUser(name);
  const made = await person.post('tokens', { name: 'mine' });
  expect(made.status).toBe(201);
  const api = plane.clientWith({ authorization: `Bearer ${made.body.token}` });
  const machine = await enrollMachine(plane, { name });
  const token = await signInDevice(plane, person);
  const signedIn = await machine.call('POST', '/agent/v1/sessions', { token, uid: 1000, login: 'dev' });
  expect(signedIn.status).toBe(201);
  expect(await machine.assignment()).toMatchObject({ holder: { id: person.id }, sessions: [{}] });
  return { person, id, api, machine, device: plane.clientWith({ authorization: `Bearer ${token}` }) };
}

const stateOf = async (person: MemberClient): Promise<string> =>
  (await plane.owner.get(`members/${person.id}`)).body.state;

describe.each(ways)('deactivated by %s', (name, deactivate) => {
  it('has nothing any more, and the machine knows in time', async () => {
    const { person, id, api, machine, device } = await settleIn(name);
    const stream = await machine.events();
    await stream.next();
    await stream.next();
    const from = Date.now();
    expect((await deactivate(id, name)).status).toBeLessThan(300);
    expect((await stream.next()).event).toBe('assignment');
    const assignment = await machine.assignment();
    expect(Date.now() - from).toBeLessThan(LIMIT_MS);
    stream.close();
    expect([assignment.holder, assignment.sessions]).toEqual([undefined, []]);
    for (const client of [person, device, api])
      expect((await client.get('/api/v1/session')).status).toBe(401);
    expect(await stateOf(person)).toBe('deactivated');
  });
});

it('made active again, has their place, and nothing that was revoked', async () => {
  const { person, id, api, machine } = await settleIn('ria');
  await directory.change(`Users/${id}`, { op: 'replace', path: 'active', value: false });
  const on = { op: 'Replace', path: 'active', value: 'True' };
  expect((await directory.change(`Users/${id}`, on)).body.active).toBe(true);
  expect(await stateOf(person)).toBe('active');
  for (const client of [person, api]) expect((await client.get('/api/v1/session')).status).toBe(401);
  expect((await machine.assignment()).sessions).toEqual([]);
  const again = await plane.signIn(person.email, 'correct horse battery');
  expect((await again.get('/api/v1/session')).body.organizations).toMatchObject([{ slug: 'acme' }]);
});

it('deactivated by hand, stays so until the directory deactivates and activates them', async () => {
  const { person, id } = await settleIn('han');
  await plane.owner.patch(`members/${person.id}`, { state: 'deactivated' });
  await directory.change(`Users/${id}`, { op: 'replace', path: 'displayName', value: 'Han' });
  expect(await stateOf(person)).toBe('deactivated');
  await directory.change(`Users/${id}`, { op: 'replace', path: 'active', value: false });
  await directory.change(`Users/${id}`, { op: 'replace', path: 'active', value: true });
  expect(await stateOf(person)).toBe('active');
});
