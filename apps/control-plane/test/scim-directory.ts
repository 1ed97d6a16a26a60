/** A directory for tests: the shapes that it sends, and its credential of one organization. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Answer, Client, Harness } from './harness.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const SCIM_TYPE = 'application/scim+json';

export interface Directory extends Client {
  readonly credential: { readonly id: string; readonly token: string };
  /** Id of the user that it makes; `name` is the part of the address before `@acme.example`. */
  createUser(name: string, more?: object): Promise<string>;
  createGroup(displayName: string, members?: readonly string[]): Promise<string>;
  /** `path` below `/scim/v2`. */
  change(path: string, ...Operations: object[]): Promise<Answer>;
}

/** Opens the organization of `owner` to a directory, if it is not open yet, and makes a credential. */
export async function openDirectory(
  plane: Harness,
  owner: Client = plane.owner,
  organization = plane.organization.slug,
): Promise<Directory> {
  const scim = `/api/v1/organizations/${organization}/scim`;
  if ((await owner.get(scim)).status !== 200) expectStatus(200, await owner.put(scim, { mappings: [] }));
  const credential = expectStatus(201, await owner.post(`${scim}/credentials`)).body;
  const headers = { authorization: `Bearer ${credential.token}`, 'content-type': SCIM_TYPE };
  const client = plane.clientWith(headers);
  const create = async (kind: string, body: object): Promise<string> =>
    expectStatus(201, await client.post(`/scim/v2/${kind}`, body, headers)).body.id;
  return {
    ...client,
    credential,
    createUser: (name, more) => create('Users', toUser(name, more)),
    createGroup: (displayName, members = []) => create('Groups', toGroup(displayName, members)),
    change: (path, ...Operations) =>
      client.patch(`/scim/v2/${path}`, { schemas: [PATCH], Operations }, headers),
  };
}

export const toUser = (name: string, more: object = {}) => ({
  schemas: [USER],
  userName: `${name}@acme.example`,
  externalId: `ext-${name}`,
  displayName: name,
  emails: [{ value: `${name}@acme.example`, type: 'work', primary: true }],
  active: true,
  ...more,
});

export const toGroup = (displayName: string, members: readonly string[] = []) => ({
  schemas: [GROUP],
  displayName,
  externalId: `ext-${displayName}`,
  members: members.map((value) => ({ value })),
});

/** What identifies an error body of RFC 7644, 3.12; `status` in it is text. */
export const scimErrorOf = ({ status, body, headers }: Answer) => ({
  isScim: body?.schemas?.[0] === ERROR && body.status === String(status) && typeof body.detail === 'string',
  isType: headers.get('content-type')?.startsWith(SCIM_TYPE) === true,
  status,
  scimType: body?.scimType as string | undefined,
});

/** Writes to the database while the server is stopped. */
export const withDatabase = (plane: Harness, sql: string, ...values: (string | number)[]): Promise<void> =>
  plane.stopped(() => {
    const file = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'));
    file.prepare(sql).run(...values);
    file.close();
  });

function expectStatus(status: number, answer: Answer): Answer {
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}
