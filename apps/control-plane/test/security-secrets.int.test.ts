/** Nothing by which somebody could sign in stands in the log, in Activity, or in an answer that only reads; on a real server. */

import { type IdentityProvider, startIdentityProvider } from '@pullgate/testkit/identity-provider';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Route, routesOf } from './access-matrix.ts';
import { askForCode, decideCode, exchangeCode } from './device-login.ts';
import { type Client, type Harness, OWNER, startHarness } from './harness.ts';
import { enrollMachine, type TestMachine } from './machine.ts';
import { codeOf, setUpSecondFactor } from './second-factor.ts';

const CLIENT_SECRET = 'client-secret-of-the-provider';
const lines: string[] = [];
/** By what each of them is. */
const secrets = new Map<string, string>([
  ['password', OWNER.password],
  ['client secret', CLIENT_SECRET],
]);
let plane: Harness;
let owner: Client;
let machine: TestMachine;
let provider: IdentityProvider;
let sample: string;

beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  plane = await startHarness({ log });
  machine = await enrollMachine(plane);
  await signIn();
  await signInOnDevice();
  await makeTokens();
  await connectDirectories();
  await refuseWrongInput();
});
afterAll(async () => {
  await plane.close();
  await provider.close();
});

async function signIn(): Promise<void> {
  const person = await plane.addMember({ email: 'olaf@acme.example', role: 'owner' });
  const { totpURI, backupCodes } = await setUpSecondFactor(person);
  secrets.set('secret of the app', new URL(totpURI).searchParams.get('secret') ?? '');
  secrets.set('backup code', backupCodes[0] ?? '');
  const post = (path: string, body: object, headers = {}) =>
    plane.clientWith({ origin: plane.url }).post(path, body, headers);
  const asked = await post('/api/auth/sign-in/email', { email: person.email, password: OWNER.password });
  const cookie = cookieOf(asked.headers);
  const code = await codeOf(totpURI);
  const done = await post('/api/auth/two-factor/verify-totp', { code }, { cookie });
  secrets.set('session token', done.body.token);
  owner = plane.clientWith({ cookie: cookieOf(done.headers), origin: plane.url });
}

const cookieOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');

async function signInOnDevice(): Promise<void> {
  const { device_code, user_code } = await askForCode(plane);
  await plane.anonymous.get(`/device?user_code=${user_code}`);
  await owner.get(`/device?user_code=${user_code}`);
  await decideCode(owner, user_code);
  const { access_token: token } = (await exchangeCode(plane, device_code)).body;
  secrets.set('device code', device_code).set('user code', user_code).set('session of a device', token);
  await machine.call('POST', '/agent/v1/sessions', { token, uid: 1000, login: 'dev' });
}

async function makeTokens(): Promise<void> {
  const made = await owner.post('tokens', { name: 'ci', scopes: ['policy:read'] });
  const enrolment = await owner.post('enrollment-tokens', {});
  const invited = await owner.post('invitations', { email: 'nina@acme.example', role: 'member' });
  const code = new URL(invited.body.url).searchParams.get('code') ?? '';
  await plane.anonymous.get(`/invitation?code=${code}`);
  secrets.set('API token', made.body.token).set('enrolment token', enrolment.body.token);
  secrets.set('invitation code', code);
  sample = made.body.id;
}

/** The secrets of the provider and of the directory are kept, and must never be read again. */
async function connectDirectories(): Promise<void> {
  provider = await startIdentityProvider({
    clients: [{ clientId: 'x', clientSecret: CLIENT_SECRET, redirectUris: [`${plane.url}/`] }],
    accounts: [],
  });
  const connection = { issuer: provider.url, clientId: 'x', clientSecret: CLIENT_SECRET };
  expect((await owner.put('sso', connection)).status).toBe(200);
  expect((await owner.put('scim', { mappings: [] })).status).toBe(200);
  const { status, body } = await owner.post('scim/credentials');
  expect(status).toBe(201);
  secrets.set('SCIM credential', body.token);
  const directory = plane.clientWith({ authorization: `Bearer ${body.token}` });
  expect((await directory.get('/scim/v2/Users')).status).toBe(200);
}

/** Errors quote what was wrong. */
async function refuseWrongInput(): Promise<void> {
  const json = { 'content-type': 'application/json', origin: plane.url };
  const broken = `{"email":"a","password":"${OWNER.password}"`;
  const answers = [
    await plane.anonymous.request('POST', '/api/auth/sign-in/email', broken, json),
    await plane.anonymous.post('/api/auth/sign-in/email', { email: 1, password: [OWNER.password] }, json),
    await owner.put('sso', { issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: CLIENT_SECRET }),
    await owner.put('sso', { issuer: 1, clientSecret: [CLIENT_SECRET] }),
    await plane.clientWith({ authorization: `Bearer ${secrets.get('session token')}x` }).get('policy'),
  ];
  for (const { status, body } of answers) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(findIn(JSON.stringify(body))).toEqual([]);
  }
}

const findIn = (text: string) =>
  [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);
const ids = (path: string) =>
  path.replace('{organization}', 'acme').replace(/{\w+}/g, (name) => idOf(path, name));
const idOf = (path: string, name: string) =>
  path.includes('/machines/') ? machine.id : name === '{id}' ? sample : '1';

describe('secrets', () => {
  it('are all there', () => {
    expect([...secrets.values()].filter((secret) => secret === undefined || secret.length < 8)).toEqual([]);
    expect(secrets.size).toBe(12);
  });

  it('stand in no line of the log', () => {
    const text = lines.join('');
    expect(text).toContain('request answered');
    expect(findIn(text)).toEqual([]);
  });

  it('stand in nothing that can be read, Activity least of all', async () => {
    const routes: Route[] = routesOf((await plane.anonymous.get('/api/openapi.json')).body);
    const read = routes
      .filter(({ method, access }) => method === 'GET' && access !== 'machine')
      // decisions as they come, without end
      .filter(({ path }) => !path.endsWith('/stream'));
    const answered: string[] = [];
    for (const { path } of read) {
      const { status, body } = await owner.get(ids(path));
      if (status === 200) answered.push(path);
      expect([path, findIn(JSON.stringify(body))]).toEqual([path, []]);
    }
    for (const part of [
      'activity',
      'tokens',
      'enrollment-tokens',
      'invitations',
      'machine-sessions',
      'sso',
      'scim',
    ]) {
      expect(answered).toContain(`/api/v1/organizations/{organization}/${part}`);
    }
    expect(answered).toContain('/api/v1/account/sessions');
  });
});
