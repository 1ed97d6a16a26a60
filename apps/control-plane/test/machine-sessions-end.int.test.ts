/** What a sign-in on a machine stands on, over HTTP on a real server: the required second factor, and what ends with signing out. */

import { SIGN_IN_FOR_HEADER, SIGN_IN_FOR_MACHINE } from '@pullgate/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInDevice } from './device-login.ts';
import { type Harness, type MemberClient, OWNER, startHarness } from './harness.ts';
import { createEnrollmentToken, enrollMachine, enrollRequest, type TestMachine } from './machine.ts';
import { setUpSecondFactor } from './second-factor.ts';

let plane: Harness;
let people = 0;

beforeAll(async () => {
  plane = await startHarness({ limits: { requests: 1e6, signIns: 1e6, failedTokens: 30 } });
});
afterAll(async () => {
  await plane.close();
});

const addDeveloper = (role: 'member' | 'admin' | 'auditor' = 'member'): Promise<MemberClient> => {
  people += 1;
  return plane.addMember({ email: `dev-${people}@acme.example`, role });
};
const signInOn = (machine: TestMachine, token: string, uid = 1000) =>
  machine.call('POST', '/agent/v1/sessions', { token, uid, login: 'dev' });
const requireOf = async (...twoFactorRoles: string[]) => {
  expect((await plane.owner.patch('/api/v1/organizations/acme', { twoFactorRoles })).status).toBe(200);
};
const isLive = async (token: string) =>
  (await plane.clientWith({ authorization: `Bearer ${token}` }).get('/api/v1/session')).status === 200;

const signInByPassword = async ({ email }: MemberClient, headers: Record<string, string> = {}) => {
  const browser = plane.clientWith({ origin: plane.url, ...headers });
  const { body } = await browser.post('/api/auth/sign-in/email', { email, password: OWNER.password });
  return body.token as string;
};

describe('a second factor that the organization requires', () => {
  it('is asked for on machines too, and nothing changes there; that is no guess', async () => {
    const [dev, machine] = [await addDeveloper('admin'), await enrollMachine(plane)];
    const token = await signInDevice(plane, dev);
    await requireOf('admin');
    for (let attempt = 0; attempt < 31; attempt += 1) {
      const answer = await signInOn(machine, token);
      expect([answer.status, answer.body.code]).toEqual([403, 'TWO_FACTOR_REQUIRED']);
      expect(answer.body.hint).toContain(plane.url);
    }
    expect(await machine.assignment()).toMatchObject({ sessions: [] });
    await setUpSecondFactor(dev);
    expect((await signInOn(machine, token)).body).toMatchObject({ organizations: ['acme'] });
    await requireOf();
  });

  it('takes the organization away from who is signed in already, until they have one', async () => {
    const [dev, machine] = [await addDeveloper('auditor'), await enrollMachine(plane)];
    expect((await signInOn(machine, await signInDevice(plane, dev))).status).toBe(201);
    const stream = await machine.events();
    await stream.next();
    await stream.next();
    await requireOf('auditor');
    expect((await stream.next()).event).toBe('assignment');
    const { sessions, holder } = await machine.assignment();
    expect([holder, sessions]).toMatchObject([
      undefined,
      [{ user: { id: dev.id }, organizations: [], teams: [] }],
    ]);
    await setUpSecondFactor(dev);
    expect((await stream.next()).event).toBe('assignment');
    expect(await machine.assignment()).toMatchObject({
      holder: { id: dev.id },
      sessions: [{ organizations: ['acme'] }],
    });
    stream.close();
    await requireOf();
  });

  it('is not asked of an API token, nor of who has a role that needs none', async () => {
    const [dev, machine] = [await addDeveloper(), await enrollMachine(plane)];
    await requireOf('owner');
    expect((await signInOn(machine, plane.token)).body.organizations).toEqual(['acme']);
    expect((await machine.assignment()).sessions).toMatchObject([{ organizations: ['acme'] }]);
    expect((await signInOn(machine, await signInDevice(plane, dev), 1001)).status).toBe(201);
    await requireOf();
  });
});

describe('a token that a machine was signed in by', () => {
  const cases: readonly (readonly [string, (machine: TestMachine, id: string) => Promise<unknown>])[] = [
    ['signing out', (machine, id) => machine.call('DELETE', `/agent/v1/sessions/${id}`)],
    ['an admin ending it', (_machine, id) => plane.owner.delete(`machine-sessions/${id}`)],
    ['revoking the machine', (machine) => plane.owner.delete(`machines/${machine.id}`)],
    [
      'another sign-in',
      async (machine) => signInOn(machine, await signInDevice(plane, await addDeveloper())),
    ],
  ];
  for (const [name, end] of cases) {
    it(`is dead after ${name}, on this machine and on others`, async () => {
      const [dev, machine, other] = [
        await addDeveloper(),
        await enrollMachine(plane),
        await enrollMachine(plane),
      ];
      const token = await signInDevice(plane, dev);
      const { body } = await signInOn(machine, token);
      await signInOn(other, token);
      const stream = await other.events();
      await stream.next();
      await stream.next();
      await end(machine, body.id);
      expect((await stream.next()).event).toBe('assignment');
      expect((await other.assignment()).sessions).toEqual([]);
      expect(await isLive(token)).toBe(false);
      expect((await signInOn(other, token, 1001)).body.code).toBe('TOKEN_INVALID');
      expect((await dev.get('/api/v1/session')).status).toBe(200);
      stream.close();
    });
  }

  it('lives on when the same person binds it again', async () => {
    const [dev, machine] = [await addDeveloper(), await enrollMachine(plane)];
    const token = await signInDevice(plane, dev);
    await signInOn(machine, token);
    expect((await signInOn(machine, token)).status).toBe(201);
    expect((await machine.assignment()).sessions).toHaveLength(1);
  });

  it('is dead too when a password made it for the machine', async () => {
    const [dev, machine] = [await addDeveloper(), await enrollMachine(plane)];
    const token = await signInByPassword(dev, { [SIGN_IN_FOR_HEADER]: SIGN_IN_FOR_MACHINE });
    const { body } = await signInOn(machine, token);
    expect((await machine.call('DELETE', `/agent/v1/sessions/${body.id}`)).status).toBe(204);
    expect(await isLive(token)).toBe(false);
  });

  it('lives on when it is an API token, or of a session that no device made', async () => {
    const dev = await addDeveloper();
    const byPassword = await signInByPassword(dev);
    const made = await plane.owner.post('tokens', { name: 'ci', scopes: ['policy:read'] });
    for (const token of [byPassword, made.body.token]) {
      const machine = await enrollMachine(plane);
      const { body } = await signInOn(machine, token);
      expect((await machine.call('DELETE', `/agent/v1/sessions/${body.id}`)).status).toBe(204);
      expect(await isLive(token)).toBe(true);
    }
  });
});

describe('enrolment tokens of a person', () => {
  it.each([
    ['deactivated', (id: string) => plane.owner.patch(`members/${id}`, { state: 'deactivated' })],
    ['removed', (id: string) => plane.owner.delete(`members/${id}`)],
  ])("are revoked when they are %s, and nobody else's are", async (_state, end) => {
    const [admin, own] = [await addDeveloper('admin'), await createEnrollmentToken(plane)];
    const { token, id } = (await admin.post('enrollment-tokens', { uses: 5 })).body;
    const { keys } = await enrollMachine(plane, { token });
    await end(admin.id);
    const answer = await plane.anonymous.post('/agent/v1/enroll', enrollRequest(token, keys));
    expect(answer.body.code).toBe('ENROLLMENT_TOKEN_INVALID');
    const revoked = (await plane.owner.get('activity?event=enrollment-token.revoked&limit=200')).body.items;
    expect(revoked.filter(({ target }: { target: { id: string } }) => target.id === id)).toHaveLength(1);
    await enrollMachine(plane, { token: own });
  });
});
