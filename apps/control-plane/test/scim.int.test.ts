/** A directory provisions people and groups: sequences in the documented shapes of Entra ID and Okta, then each rule by itself. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Client, type Harness, OWNER, startHarness } from './harness.ts';

interface Step {
  readonly step: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly expect?: object;
  readonly save?: Readonly<Record<string, string>>;
  /** Teams and state of the person afterwards. */
  readonly teams?: readonly string[];
  readonly state?: 'active' | 'deactivated';
}

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const JSON_TYPE = { 'content-type': 'application/scim+json' };

let plane: Harness;
let directory: Client;

beforeEach(async () => {
  plane = await startHarness();
  directory = await openDirectory();
});
afterEach(async () => await plane.close());

async function openDirectory(mappings: readonly object[] = []): Promise<Client> {
  expect((await plane.owner.put('scim', { mappings })).status).toBe(200);
  const { status, body } = await plane.owner.post('scim/credentials');
  expect(status).toBe(201);
  return plane.clientWith({ authorization: `Bearer ${body.token}`, ...JSON_TYPE });
}

/** Reads from the database file beside the running server. */
function rows(sql: string, ...values: string[]): Record<string, unknown>[] {
  const file = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'), { readOnly: true });
  try {
    return file.prepare(sql).all(...values) as Record<string, unknown>[];
  } finally {
    file.close();
  }
}

function placeOf(email: string) {
  const [member] = rows(
    'select member.role, member.source, member.deactivatedAt, user.id from member join user on user.id = member.userId where user.email = ?',
    email,
  );
  if (member === undefined) return undefined;
  const teams = rows(
    'select team.slug from teamMember join team on team.id = teamMember.teamId where teamMember.userId = ?',
    String(member.id),
  );
  return {
    role: member.role,
    source: member.source,
    state: member.deactivatedAt === null ? 'active' : 'deactivated',
    teams: teams.map(({ slug }) => slug).sort(),
  };
}

const user = (name: string, more: object = {}) => ({
  schemas: [USER],
  userName: `${name}@acme.example`,
  externalId: `ext-${name}`,
  displayName: name,
  emails: [{ value: `${name}@acme.example`, type: 'work', primary: true }],
  active: true,
  ...more,
});

async function create(name: string, more: object = {}): Promise<string> {
  const { status, body } = await directory.post('/scim/v2/Users', user(name, more));
  expect([status, body.detail]).toEqual([201, undefined]);
  return body.id;
}

const patch = (path: string, ...Operations: object[]): Promise<Answer> =>
  directory.patch(`/scim/v2/${path}`, { schemas: [PATCH], Operations });

async function makeTeams(...slugs: string[]): Promise<void> {
  for (const slug of slugs) expect((await plane.owner.post('teams', { slug })).status).toBe(201);
}

it('keeps its mappings when a change leaves them out', async () => {
  await makeTeams('kept');
  const mappings = [{ group: 'Kept', teams: ['kept'] }];
  await plane.owner.put('scim', { mappings });
  expect((await plane.owner.put('scim', {})).body).toMatchObject({ mappings });
  expect((await plane.owner.put('scim', { mappings: null })).status).toBe(400);
  expect((await plane.owner.get('scim')).body).toMatchObject({ mappings });
  expect((await plane.owner.put('scim', { mappings: [] })).body).toMatchObject({ mappings: [] });
});

describe.each(['entra', 'okta'])('the sequence of %s', (name) => {
  it('is answered as it expects, and does here what it says', async () => {
    await makeTeams('platform');
    const mappings = [{ group: 'Platform', teams: ['platform'] }];
    await plane.owner.put('scim', { mappings });
    const file = join(import.meta.dirname, 'scim', `${name}.json`);
    const saved: Record<string, string> = {};
    const fill = (text: string) => text.replace(/\{(user|group)\}/g, (_all, key: string) => saved[key] ?? '');
    for (const step of JSON.parse(readFileSync(file, 'utf8')) as Step[]) {
      const body = step.body === undefined ? undefined : fill(JSON.stringify(step.body));
      const answer = await directory.request(step.method, `/scim/v2/${fill(step.path)}`, body, JSON_TYPE);
      expect([step.step, answer.status, answer.body.detail]).toEqual([
        step.step,
        step.status,
        step.status < 400 ? undefined : expect.any(String),
      ]);
      if (step.expect !== undefined) expect(answer.body).toMatchObject(step.expect);
      for (const [key, member] of Object.entries(step.save ?? {})) saved[key] = answer.body[member];
      const [person] = rows(
        `select email from user where id != (select id from user where email = ?)`,
        OWNER.email,
      );
      const place = placeOf(String(person?.email));
      if (step.teams !== undefined) expect([step.step, place?.teams]).toEqual([step.step, step.teams]);
      if (step.state !== undefined) expect([step.step, place?.state]).toEqual([step.step, step.state]);
    }
  });
});

describe('what a directory may not do', () => {
  it('is refused without a good credential', async () => {
    const made = await plane.owner.post('scim/credentials');
    const other = plane.clientWith({ authorization: `Bearer ${made.body.token}`, ...JSON_TYPE });
    expect((await other.get('/scim/v2/Users')).status).toBe(200);
    expect((await plane.owner.delete(`scim/credentials/${made.body.id}`)).status).toBe(204);
    const forged = plane.clientWith({ authorization: `Bearer ${made.body.token}x` });
    for (const client of [other, forged, plane.anonymous, plane.owner]) {
      const answer = await client.get('/scim/v2/Users');
      expect([answer.status, answer.body.status]).toEqual([401, '401']);
      expect(answer.headers.get('content-type')).toContain('application/scim+json');
    }
  });

  it('does not climb out of SCIM, and reads errors in its words', async () => {
    const climbing = await directory.get('/scim/v2/..%2f..%2fget-session');
    const unknown = await directory.get('/scim/v2/Nothing');
    const broken = await directory.post('/scim/v2/Users', '{');
    const empty = await directory.post('/scim/v2/Users', { schemas: [USER] });
    expect([climbing, unknown, broken, empty].map(({ status }) => status)).toEqual([404, 404, 400, 400]);
    for (const { body } of [climbing, unknown, broken, empty]) expect(isError(body)).toBe(true);
  });

  it('makes one user of a name', async () => {
    await create('ada');
    const again = await directory.post('/scim/v2/Users', user('ada'));
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('does not deactivate the last owner', async () => {
    const [name = ''] = OWNER.email.split('@');
    const id = await create(name);
    const answer = await patch(`Users/${id}`, { op: 'replace', path: 'active', value: false });
    expect([answer.status, placeOf(OWNER.email)?.state]).toEqual([409, 'active']);
    expect((await directory.get(`/scim/v2/Users/${id}`)).body.active).toBe(true);
    expect(placeOf(OWNER.email)?.role).toBe('owner');
  });
});

describe('what groups give', () => {
  it('gives roles and teams by mapping, takes them back, and keeps what was given by hand', async () => {
    await makeTeams('ops');
    await plane.owner.put('scim', { mappings: [{ group: 'Ops', teams: ['ops'], role: 'auditor' }] });
    const id = await create('ada');
    expect(placeOf('ada@acme.example')).toEqual({
      role: 'member',
      source: 'scim',
      state: 'active',
      teams: [],
    });
    const members = [{ value: id }];
    const body = { schemas: [GROUP], displayName: 'Ops', members };
    expect((await directory.post('/scim/v2/Groups', body)).status).toBe(201);
    expect(placeOf('ada@acme.example')).toMatchObject({ role: 'auditor', teams: ['ops'] });
    await plane.owner.put('scim', { mappings: [] });
    expect(placeOf('ada@acme.example')).toMatchObject({ role: 'member', teams: [] });
    const { body: activity } = await plane.owner.get('activity');
    expect(
      activity.items.some((one: { actor: object }) => JSON.stringify(one.actor).includes('"scim"')),
    ).toBe(true);
  });
});

it('pages 500 users', async () => {
  const ids = new Set<string>();
  for (let n = 0; n < 500; n++) await create(`u${n}`);
  for (let startIndex = 1; startIndex <= 500; startIndex += 100) {
    const { body } = await directory.get(`/scim/v2/Users?startIndex=${startIndex}&count=100`);
    expect([body.totalResults, body.itemsPerPage]).toEqual([500, 100]);
    for (const { id } of body.Resources) ids.add(id);
  }
  expect(ids.size).toBe(500);
}, 120_000);

const isError = (body: { schemas?: string[] }) =>
  body.schemas?.[0] === 'urn:ietf:params:scim:api:messages:2.0:Error';
