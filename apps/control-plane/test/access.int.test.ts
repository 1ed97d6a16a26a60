/** Who may use what, on a real server: every route, every wrong way of asking. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SCOPES, type ScopeName } from '@pullgate/protocol';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../src/database/open.ts';
import { type Role, withImplied } from '../src/http/principal.ts';
import { createServer } from '../src/http/server.ts';
import {
  type Caller,
  fill,
  findMismatches,
  isOfOrganization,
  type Route,
  routesOf,
} from './access-matrix.ts';
import { type Client, type Harness, OWNER, startHarness } from './harness.ts';

/** Where the OpenAPI document is kept; that it is the one served, openapi.int.test.ts sees to. */
const GOLDEN = join(import.meta.dirname, '..', 'openapi.golden.json');

interface Operation {
  readonly security: readonly { readonly token?: readonly string[]; readonly machine?: readonly string[] }[];
}

/** Every route of the document as `method`, `path` and what it asks for. */
const ROUTES = Object.entries(
  (JSON.parse(readFileSync(GOLDEN, 'utf8')) as { paths: Record<string, Record<string, Operation>> }).paths,
).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, { security }]) => ({
    method: method.toUpperCase(),
    path,
    isMachine: security.some(({ machine }) => machine !== undefined),
    scopes: security.find(({ token }) => token !== undefined)?.token,
  })),
);
const MACHINE_ROUTES = ROUTES.filter(({ isMachine }) => isMachine);
const PEOPLE_ROUTES = ROUTES.filter(({ scopes }) => scopes !== undefined);
const ORGANIZATION_ROUTES = PEOPLE_ROUTES.filter(({ path }) => path.includes('{organization}'));
const SCOPED_ROUTES = ORGANIZATION_ROUTES.flatMap((route) =>
  (route.scopes ?? []).map((scope) => ({ ...route, scope })),
);

/** A second organization in the same database, in which nobody of the first one has a place. */
async function foundStrangers(plane: Harness): Promise<void> {
  await plane.stopped(() => {
    const database = new DatabaseSync(join(plane.config.dataDir, DATABASE_FILE));
    database
      .prepare('insert into organization (id, name, slug, "createdAt") values (?, ?, ?, ?)')
      .run('strangers-id', 'Strangers', 'strangers', new Date().toISOString());
    database.close();
  });
}

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
  let session: Client;
  beforeAll(async () => {
    plane = await startHarness();
    await foundStrangers(plane);
    session = await plane.signIn(OWNER.email, OWNER.password);
  });
  afterAll(async () => {
    await plane.close();
  });

  const codes = async (client: Client, method: string, path: string) => {
    const { status, body } = await client.request(method, path);
    return [status, body.code];
  };

  it('knows routes of every kind', () => {
    const scopes = new Set(SCOPED_ROUTES.map(({ scope }) => scope));
    // Everyone revokes tokens of their own: `tokens:write` is asked for within, by whose the token is.
    expect([...scopes, 'tokens:write'].toSorted()).toEqual([...SCOPES].toSorted());
    expect(MACHINE_ROUTES.length).toBeGreaterThan(0);
    expect(ORGANIZATION_ROUTES.length).toBeGreaterThan(SCOPED_ROUTES.length);
  });

  it.each(PEOPLE_ROUTES)('$method $path needs somebody', async ({ method, path }) => {
    const target = fill(path, plane.organization.slug);
    expect(await codes(plane.anonymous, method, target)).toEqual([401, 'SIGN_IN_REQUIRED']);
    expect(await codes(withToken(plane, 'pgt_wrong'), method, target)).toEqual([401, 'TOKEN_INVALID']);
    expect(await codes(plane.clientWith({ authorization: 'Machine x' }), method, target)).toEqual([
      401,
      'TOKEN_INVALID',
    ]);
  });

  it.each(MACHINE_ROUTES)('$method $path needs a machine, which no person is', async ({ method, path }) => {
    expect(await codes(plane.anonymous, method, path)).toEqual([401, 'MACHINE_TOKEN_INVALID']);
    expect(await codes(plane.owner, method, path)).toEqual([401, 'MACHINE_TOKEN_INVALID']);
  });

  it.each(SCOPED_ROUTES)('$method $path needs $scope', async ({ method, path, scope }) => {
    // What one scope implies, another does not have: everything but the scope, and what implies it.
    const others = SCOPES.filter((other) => !withImplied([other]).includes(scope as ScopeName));
    const made = await plane.owner.post('tokens', { name: 'others', scopes: others });
    const client = withToken(plane, made.body.token);
    expect(await codes(client, method, fill(path, plane.organization.slug))).toEqual([403, 'SCOPE_MISSING']);
  });

  it.each(ORGANIZATION_ROUTES)('$method $path hides other organizations', async ({ method, path }) => {
    for (const slug of ['strangers', 'nobody']) {
      expect(await codes(plane.owner, method, fill(path, slug))).toEqual([404, 'NOT_FOUND']);
      expect(await codes(session, method, fill(path, slug))).toEqual([404, 'NOT_FOUND']);
    }
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
      (await client.get('tokens')).status,
      (await client.post('registries', { registry: `${Math.random().toString(36).slice(2)}.example` }))
        .status,
      (await client.post('check', { reference: 'alpine' })).status,
    ];
    expect(await statuses(admin)).toEqual([200, 200, 200, 201, 200]);
    expect(await statuses(auditor)).toEqual([200, 200, 200, 403, 200]);
    expect(await statuses(member)).toEqual([403, 403, 403, 403, 200]);
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

/** Callers of every kind in the first organization, each with a session of its own. */
async function callers(plane: Harness): Promise<Record<string, Caller>> {
  const add = async (role: Role, name: string = role) =>
    await plane.addMember({ email: `${name}@acme.example`, role });
  const deactivated = await add('owner', 'deactivated');
  await inDatabase(plane, (database) =>
    database
      .prepare('update member set "deactivatedAt" = ? where "userId" = ?')
      .run(new Date().toISOString(), deactivated.id),
  );
  return {
    owner: { client: await add('owner', 'second'), state: 'active', role: 'owner' },
    admin: { client: await add('admin'), state: 'active', role: 'admin' },
    auditor: { client: await add('auditor'), state: 'active', role: 'auditor' },
    member: { client: await add('member'), state: 'active', role: 'member' },
    'deactivated owner': { client: deactivated, state: 'deactivated' },
    nobody: { client: plane.anonymous, state: 'nobody' },
  };
}

async function inDatabase(plane: Harness, work: (database: DatabaseSync) => void): Promise<void> {
  await plane.stopped(() => {
    const database = new DatabaseSync(join(plane.config.dataDir, DATABASE_FILE));
    work(database);
    database.close();
  });
}

describe('every route of the document', () => {
  const routes = routesOf(JSON.parse(readFileSync(GOLDEN, 'utf8')));
  let plane: Harness;
  let people: Record<string, Caller>;
  beforeAll(async () => {
    plane = await startHarness();
    await foundStrangers(plane);
    people = await callers(plane);
  });
  afterAll(async () => {
    await plane.close();
  });
  const callerOf = (name: string) => people[name] as Caller;

  it.each(['owner', 'admin', 'auditor', 'member', 'deactivated owner', 'nobody'])(
    'does for %s what it declares',
    async (name) => {
      const caller = callerOf(name);
      expect(await findMismatches(routes, caller, plane.organization.slug, true)).toEqual([]);
      expect(await findMismatches(routes.filter(isOfOrganization), caller, 'strangers', false)).toEqual([]);
    },
  );

  it('would be caught doing otherwise', async () => {
    const one = (access: Route['access'], place: string) =>
      routes
        .filter(({ method, path }) => `${method} ${path}` === place)
        .map((route) => ({ ...route, access }));
    const wrong = async (name: string, lie: ReturnType<typeof one>, isOwn = true) =>
      await findMismatches(lie, callerOf(name), plane.organization.slug, isOwn);
    expect(
      await wrong(
        'auditor',
        one({ scope: 'policy:write' }, 'GET /api/v1/organizations/{organization}/policy'),
      ),
    ).toHaveLength(1);
    expect(
      await wrong(
        'admin',
        one({ scope: 'organization:write' }, 'GET /api/v1/organizations/{organization}/policy'),
      ),
    ).toHaveLength(1);
    expect(
      await wrong('owner', one('user', 'GET /api/v1/organizations/{organization}/policy'), false),
    ).toHaveLength(1);
    expect(await wrong('nobody', one('machine', 'GET /api/v1/session'))).toHaveLength(1);
  });

  it('takes changes by a session only from the pages of this server', async () => {
    const changing = routes.filter(
      ({ method, access }) => method !== 'GET' && access !== 'public' && access !== 'machine',
    );
    expect(changing.length).toBeGreaterThan(20);
    for (const { method, path } of changing) {
      for (const origin of ['https://evil.example', 'null']) {
        const target = fill(path, plane.organization.slug);
        const { status, body } = await callerOf('owner').client.request(method, target, undefined, {
          origin,
        });
        expect([method, path, status, body.code]).toEqual([method, path, 403, 'ORIGIN_REFUSED']);
      }
    }
  });

  it('lets nobody who lacks a required second factor into the organization', async () => {
    await inDatabase(plane, (database) =>
      database
        .prepare(
          `insert into organization_settings (organization_id, two_factor_roles, sso_enforced, updated_at)
           values (?, '["auditor"]', 0, 0)
           on conflict (organization_id) do update set two_factor_roles = excluded.two_factor_roles`,
        )
        .run(plane.organization.id),
    );
    const lacking: Caller = { ...callerOf('auditor'), state: 'without-second-factor' };
    expect(await findMismatches(routes, lacking, plane.organization.slug, true)).toEqual([]);
    expect(await findMismatches(routes, callerOf('member'), plane.organization.slug, true)).toEqual([]);
  });
});
