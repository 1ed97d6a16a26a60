/** SCIM as RFC 7644 has it, on a real server: filters, pages, operations on groups, what it says of itself, and hostile requests. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Harness, startHarness } from './harness.ts';
import { type Directory, openDirectory, SCIM_TYPE, scimErrorOf, toGroup, toUser } from './scim-directory.ts';

let plane: Harness;
let directory: Directory;
let ids: string[];

beforeAll(async () => {
  plane = await startHarness();
  directory = await openDirectory(plane);
  ids = [];
  for (const name of ['ada', 'bo', 'cy']) ids.push(await directory.createUser(name));
});
afterAll(async () => await plane.close());

const list = async (path: string): Promise<Answer> => await directory.get(`/scim/v2/${path}`);
const filtered = (kind: string, filter: string) => list(`${kind}?filter=${encodeURIComponent(filter)}`);
const members = async (group: string): Promise<string[]> => {
  const { body } = await list(`Groups/${group}`);
  return (body.members ?? []).map(({ value }: { value: string }) => value).sort();
};

describe('lists', () => {
  it.each([
    ['Users', 'userName eq "ADA@acme.example"', 1],
    ['Users', 'externalId eq "ext-bo"', 1],
    ['Users', 'emails.value eq "cy@acme.example"', 1],
    ['Users', 'userName eq "ada@acme.example" and externalId eq "ext-bo"', 0],
    ['Groups', 'displayName eq "Readers"', 1],
    ['Groups', 'externalId eq "ext-Readers"', 1],
    ['Groups', 'displayName eq "Nobody"', 0],
  ])('%s by %s', async (kind, filter, total) => {
    if ((await filtered('Groups', 'displayName eq "Readers"')).body.totalResults === 0) {
      await directory.createGroup('Readers');
    }
    const answer = await filtered(kind, filter);
    expect([answer.status, answer.body.totalResults]).toEqual([200, total]);
    expect(answer.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:ListResponse']);
    expect(answer.headers.get('content-type')).toContain(SCIM_TYPE);
  });

  it.each([
    ['startIndex=1&count=2', 1, 2],
    ['startIndex=3&count=2', 3, 1],
    ['startIndex=0&count=1', 1, 1],
    ['startIndex=99&count=2', 99, 0],
    ['count=0', 1, 0],
    ['count=-5', 1, 0],
  ])('Users by pages: %s', async (query, startIndex, itemsPerPage) => {
    const { body } = await list(`Users?${query}`);
    expect(body).toMatchObject({ totalResults: 3, startIndex, itemsPerPage });
    expect(body.Resources ?? []).toHaveLength(itemsPerPage);
  });

  it.each([
    'userName sw "a"',
    'userName eq',
    'userName eq "a',
    'password eq "a"',
    `userName eq ${'('.repeat(1000)}`,
    Array(50).fill('userName eq "a"').join(' and '),
    `userName eq "${'a" and '.repeat(500)}`,
  ])('refuse the filter %#', async (filter) => {
    expect(scimErrorOf(await filtered('Users', filter))).toEqual({
      isScim: true,
      isType: true,
      status: 400,
      scimType: 'invalidFilter',
    });
  });
});

describe('operations on groups', () => {
  it('add, remove and replace members, by value and by a filter in the path', async () => {
    const [ada = '', bo = '', cy = ''] = ids;
    const group = `Groups/${await directory.createGroup('Writers', [ada])}`;
    const id = group.slice(7);
    const value = (...some: string[]) => some.map((one) => ({ value: one }));
    const steps: readonly (readonly [object, readonly string[]])[] = [
      [{ op: 'add', path: 'members', value: value(bo, ada) }, [ada, bo]],
      [{ op: 'Add', path: 'members', value: value(cy) }, [ada, bo, cy]],
      [{ op: 'Remove', path: `members[value eq "${bo}"]` }, [ada, cy]],
      [{ op: 'remove', path: 'members', value: value(cy) }, [ada]],
      [{ op: 'replace', path: 'members', value: value(bo, cy) }, [bo, cy]],
      [{ op: 'replace', value: { members: value(ada) } }, [ada]],
      [{ op: 'remove', path: 'members' }, []],
    ];
    for (const [operation, expected] of steps) {
      const answer = await directory.change(group, operation);
      expect([operation, answer.body.detail]).toEqual([operation, undefined]);
      expect(await members(id)).toEqual([...expected].sort());
    }
  });

  it('are refused whole when one of them is wrong', async () => {
    const [ada = ''] = ids;
    const id = await directory.createGroup('Whole');
    const answer = await directory.change(
      `Groups/${id}`,
      { op: 'add', path: 'members', value: [{ value: ada }] },
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
    );
    expect(scimErrorOf(answer)).toMatchObject({ isScim: true, status: 400 });
    expect(await members(id)).toEqual([]);
  });
});

it('says of itself what it can do', async () => {
  const config = (await list('ServiceProviderConfig')).body;
  expect(config).toMatchObject({
    patch: { supported: true },
    bulk: { supported: false },
    filter: { supported: true, maxResults: 100 },
    sort: { supported: false },
    etag: { supported: false },
    changePassword: { supported: false },
  });
  expect(config.meta.location).toBe(`${plane.url}/scim/v2/ServiceProviderConfig`);
  const types = (await list('ResourceTypes')).body.Resources;
  expect(types.map(({ id }: { id: string }) => id).sort()).toEqual(['Group', 'User']);
  const schemas = (await list('Schemas')).body.Resources.map(({ id }: { id: string }) => id);
  for (const name of ['User', 'Group'])
    expect(schemas).toContain(`urn:ietf:params:scim:schemas:core:2.0:${name}`);
  const user = await list(`Users/${ids[0]}`);
  expect(user.body.meta.location).toBe(`${plane.url}/scim/v2/Users/${ids[0]}`);
  expect(user.headers.get('etag')).toBeNull();
});

describe('a hostile request', () => {
  const send = (method: string, path: string, body: string, type = SCIM_TYPE) =>
    directory.request(method, `/scim/v2/${path}`, body, { 'content-type': type });
  const user = (more: object) => JSON.stringify(toUser('mallory', more));
  const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  const operations = (count: number) =>
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: Array(count).fill({ op: 'replace', path: 'title', value: 'x' }),
    });

  it.each([
    ['no JSON', () => send('POST', 'Users', '{"a"'), 400],
    ['an array', () => send('POST', 'Users', '[]'), 400],
    ['null', () => send('POST', 'Users', 'null'), 400],
    ['another type of body', () => send('POST', 'Users', user({}), 'text/plain'), 415],
    ['a body over 1 MiB', () => send('POST', 'Users', user({ title: 'x'.repeat(1 << 20) })), 413],
    ['deep nesting', () => send('POST', 'Users', nested), 400],
    ['a number for a name', () => send('POST', 'Users', user({ userName: 7 })), 400],
    ['a list for active', () => send('POST', 'Users', user({ active: [] })), 400],
    ['an address that is none', () => send('POST', 'Users', user({ emails: [{ value: 'x' }] })), 400],
    [
      '100 addresses',
      () => send('POST', 'Users', user({ emails: Array(100).fill({ value: 'a@b.example' }) })),
      400,
    ],
    ['no such operation', () => directory.change(`Users/${ids[0]}`, { op: 'move', path: 'title' }), 400],
    ['operations that are none', () => send('PATCH', `Users/${ids[0]}`, '{"Operations":7}'), 400],
    ['10,000 operations on a user', () => send('PATCH', `Users/${ids[0]}`, operations(10_000)), 400],
    ['10,000 operations on a group', () => send('PATCH', 'Groups/any', operations(10_000)), 400],
    [
      '1,001 members',
      () =>
        directory.post(
          '/scim/v2/Groups',
          toGroup(
            'Huge',
            Array.from({ length: 1001 }, (_x, n) => `u${n}`),
          ),
          { 'content-type': SCIM_TYPE },
        ),
      400,
    ],
    ['a page that is no number', () => list('Users?startIndex=x'), 400],
  ])('%s is refused in the words of SCIM', async (_name, ask, status) => {
    expect(scimErrorOf(await ask())).toMatchObject({ isScim: true, isType: true, status });
    expect((await list('Users')).body.totalResults).toBe(3);
  });
});
