/** Who may use what, on a real server: every route, every wrong way of asking. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../src/database/open.ts';
import { createServer } from '../src/http/server.ts';
import { type Client, type Harness, OWNER, startHarness } from './harness.ts';

/** Every route that needs a scope, with a body that fits. */
const SCOPED = [
  ['GET', 'policy', 'policy:read'],
  ['GET', 'policy/revisions', 'policy:read'],
  ['GET', 'policy/revisions/1', 'policy:read'],
  ['GET', 'policy/draft', 'policy:read'],
  ['PUT', 'policy/draft', 'policy:write', { yaml: 'version: 1' }],
  ['DELETE', 'policy/draft', 'policy:write'],
  ['POST', 'policy/draft/rebase', 'policy:write'],
  ['POST', 'policy/publish', 'policy:write', {}],
  ['POST', 'policy/mode', 'policy:write', { mode: 'enforce' }],
  ['POST', 'policy/rollback', 'policy:write', { revision: 1 }],
  ['GET', 'registries', 'policy:read'],
  ['GET', 'registries/hub', 'policy:read'],
  ['POST', 'registries', 'policy:write', { registry: 'quay.io' }],
  ['PATCH', 'registries/hub', 'policy:write', { allow: [] }],
  ['DELETE', 'registries/hub', 'policy:write'],
  ['GET', 'activity', 'activity:read'],
  ['GET', 'tokens', 'tokens:write'],
  ['POST', 'tokens', 'tokens:write', { name: 'x', scopes: ['policy:read'] }],
  ['DELETE', 'tokens/none', 'tokens:write'],
] as const;

const withToken = (plane: Harness, token: string) => plane.clientWith({ authorization: `Bearer ${token}` });

/** A person of the organization with this role, signed in by cookie; put into the database while the server is stopped. */
async function signInAs(plane: Harness, role: string): Promise<Client> {
  const id = `person-${role}`;
  await plane.stopped(() => {
    const database = new DatabaseSync(join(plane.config.dataDir, DATABASE_FILE));
    const now = new Date().toISOString();
    const email = `${role}@acme.example`;
    database
      .prepare(
        'insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values (?, ?, ?, 0, ?, ?)',
      )
      .run(id, role, email, now, now);
    database
      .prepare(
        'insert into member (id, "organizationId", "userId", role, "createdAt") values (?, ?, ?, ?, ?)',
      )
      .run(`member-${role}`, plane.organization.id, id, role, now);
    database
      .prepare(
        `insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
         select ?, ?, 'credential', ?, password, ?, ? from account limit 1`,
      )
      .run(`account-${role}`, id, id, now, now);
    database.close();
  });
  return await plane.signIn(`${role}@acme.example`, OWNER.password);
}

describe('access', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => {
    await plane.close();
  });

  it.each(SCOPED)('%s %s needs %s', async (method, path, scope, body?: object) => {
    const codes = async (client: Client) => {
      const { status, body: problem } = await client.request(method, path, body);
      return [status, problem.code];
    };
    expect(await codes(plane.anonymous)).toEqual([401, 'SIGN_IN_REQUIRED']);
    expect(await codes(withToken(plane, 'pgt_wrong'))).toEqual([401, 'TOKEN_INVALID']);
    const other = scope === 'activity:read' ? 'machines:read' : 'activity:read';
    const made = await plane.owner.post('tokens', { name: 'other', scopes: [other] });
    expect(await codes(withToken(plane, made.body.token))).toEqual([403, 'SCOPE_MISSING']);
    const foreign = `/api/v1/organizations/strangers/${path}`;
    const away = await plane.owner.request(method, foreign, body);
    expect([away.status, away.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('refuses an expired token by its own code', async () => {
    const { body } = await plane.owner.post('tokens', {
      name: 'brief',
      scopes: ['policy:read'],
      expiresIn: 60,
    });
    const client = withToken(plane, body.token);
    expect((await client.get('policy')).status).toBe(200);
    plane.advance(61_000);
    const late = await client.get('policy');
    expect([late.status, late.body.code]).toEqual([401, 'TOKEN_EXPIRED']);
    plane.advance(-61_000);
  });

  it('lets no token give away more than it has', async () => {
    const { body } = await plane.owner.post('tokens', { name: 'minter', scopes: ['tokens:write'] });
    const more = { name: 'more', scopes: ['policy:write'] };
    const answer = await withToken(plane, body.token).post('tokens', more);
    expect([answer.status, answer.body.code]).toEqual([403, 'SCOPE_MISSING']);
  });

  it('gives each role what it may do', async () => {
    const [admin, auditor, member] = [
      await signInAs(plane, 'admin'),
      await signInAs(plane, 'auditor'),
      await signInAs(plane, 'member'),
    ];
    const statuses = async (client: Client) => [
      (await client.get('policy')).status,
      (await client.get('activity')).status,
      (await client.post('registries', { registry: `${Math.random().toString(36).slice(2)}.example` }))
        .status,
      (await client.post('check', { reference: 'alpine' })).status,
    ];
    expect(await statuses(admin)).toEqual([200, 200, 201, 200]);
    expect(await statuses(auditor)).toEqual([200, 200, 403, 200]);
    expect(await statuses(member)).toEqual([403, 403, 403, 200]);
    expect((await member.get('policy')).body.code).toBe('FORBIDDEN');
    expect((await member.get('/api/v1/session')).body.organizations).toMatchObject([{ role: 'member' }]);
    const asOther = await member.post('check', { reference: 'alpine', as: OWNER.email });
    expect([asOther.status, asOther.body.code]).toEqual([403, 'FORBIDDEN']);
  });

  it('refuses changes by cookie from the page of another site', async () => {
    const owner = await plane.signIn(OWNER.email, OWNER.password);
    const evil = { origin: 'https://evil.example' };
    const answer = await owner.post('policy/mode', { mode: 'off' }, evil);
    expect([answer.status, answer.body.code]).toEqual([403, 'ORIGIN_REFUSED']);
    expect((await owner.post('/api/auth/sign-out', {}, evil)).status).toBe(403);
    expect((await owner.get('/api/v1/session')).body).toMatchObject({
      kind: 'user',
      user: { email: OWNER.email },
    });
    expect((await owner.post('/api/auth/sign-out', {})).status).toBe(200);
    expect((await owner.get('/api/v1/session')).status).toBe(401);
  });

  it('offers nothing of better-auth that would change people unseen', async () => {
    const paths = ['sign-up/email', 'organization/create', 'organization/invite-member', 'update-user'];
    for (const path of paths) expect((await plane.anonymous.post(`/api/auth/${path}`, {})).status).toBe(404);
  });

  it('does not start with a route that declares no access', async () => {
    const app = await createServer(plane.config, pino({ level: 'silent' }), () => plane.url);
    const register = () => app.get('/open', async () => 'open');
    expect(register).toThrow(expect.objectContaining({ code: 'ROUTE_WITHOUT_ACCESS' }));
    await app.close();
  });
});
