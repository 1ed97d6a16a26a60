/** Passwords that an earlier version hashed: they go on, and are hashed anew when they are used. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hashPassword as hashByScrypt } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, type MemberClient, OWNER, startHarness } from './harness.ts';
import { setUpSecondFactor } from './second-factor.ts';

let plane: Harness;
beforeAll(async () => {
  plane = await startHarness();
});
afterAll(async () => await plane.close());

const PASSWORD = OWNER.password;
const TODAY = /^\$argon2id\$v=19\$m=12288,t=3,p=1\$/;

function inDatabase<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'), { timeout: 5000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}
const keptHash = ({ id }: MemberClient) =>
  inDatabase((database) => database.prepare('select password from account where userId = ?').get(id))
    ?.password;
const keepHash = ({ id }: MemberClient, hash: string) =>
  inDatabase((database) =>
    database.prepare('update account set password = ? where userId = ?').run(hash, id),
  );
const trySignIn = (email: string, password: string) =>
  plane.anonymous.post('/api/auth/sign-in/email', { email, password }, { origin: plane.url });

describe('a password that was hashed by scrypt', () => {
  it('signs in and is kept as Argon2id from then on; nobody is signed out', async () => {
    const person = await plane.addMember({ email: 'scrypt@acme.example', role: 'member' });
    keepHash(person, await hashByScrypt(PASSWORD));
    expect((await trySignIn(person.email, 'not the password')).status).toBe(401);
    expect(keptHash(person)).not.toMatch(TODAY);
    expect((await trySignIn(person.email, PASSWORD)).status).toBe(200);
    const renewed = keptHash(person);
    expect(renewed).toMatch(TODAY);
    expect((await trySignIn(person.email, PASSWORD)).status).toBe(200);
    expect(keptHash(person)).toBe(renewed);
    expect((await person.get('/api/v1/account')).status).toBe(200);
  });

  it('is hashed anew before the second factor, which is asked for all the same', async () => {
    const person = await plane.addMember({ email: 'scrypt-two@acme.example', role: 'member' });
    await setUpSecondFactor(person);
    keepHash(person, await hashByScrypt(PASSWORD));
    const { status, body } = await trySignIn(person.email, PASSWORD);
    expect([status, body.twoFactorRedirect]).toEqual([200, true]);
    expect(keptHash(person)).toMatch(TODAY);
  });

  it('proves the person for a change of the password', async () => {
    const person = await plane.addMember({ email: 'scrypt-change@acme.example', role: 'member' });
    keepHash(person, await hashByScrypt(PASSWORD));
    const wish = { currentPassword: PASSWORD, newPassword: 'another horse battery' };
    expect((await person.request('PUT', '/api/v1/account/password', wish)).status).toBe(204);
    expect(keptHash(person)).toMatch(TODAY);
    expect((await trySignIn(person.email, wish.newPassword)).status).toBe(200);
  });
});

describe('a hash that nobody wrote', () => {
  it.each([
    ['', 401],
    ['correct horse battery', 500],
    ['$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA', 500],
  ])('lets nobody in: %j', async (hash, expected) => {
    const person = await plane.addMember({ email: `broken-${hash.length}@acme.example`, role: 'member' });
    keepHash(person, hash);
    const { status, body, headers } = await trySignIn(person.email, PASSWORD);
    expect(status).toBe(expected);
    expect(JSON.stringify(body)).not.toContain('argon2id');
    expect(headers.getSetCookie()).toEqual([]);
  });
});
