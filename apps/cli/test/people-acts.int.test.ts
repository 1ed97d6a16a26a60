/** What owners do with people, machines and single sign-on, and what those hear who may not: as it is printed, by a real server, identity provider and DNS server. */

import { join } from 'node:path';
import { type IdentityProvider, startIdentityProvider } from '@pullgate/testkit/identity-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../../control-plane/test/dns-server.ts';
import { type Harness, startHarness } from '../../control-plane/test/harness.ts';
import { advance, enrollMachine } from '../../control-plane/test/machine.ts';
import { formatColumns } from '../src/wording.ts';
import { createInProcess, type InProcess } from './in-process.ts';

const DAY_MS = 86_400_000;
let provider: IdentityProvider;
let dns: DnsServer;
let plane: Harness;
let owner: InProcess;
let dev: InProcess;

const as = (token: string): InProcess =>
  createInProcess({ PULLGATE_SERVER: plane.url, PULLGATE_TOKEN: token, PULLGATE_ORGANIZATION: 'acme' });

beforeAll(async () => {
  provider = await startIdentityProvider({ clients: [], accounts: [] });
  dns = await startDnsServer();
  plane = await startHarness({ config: { dnsServers: [dns.address] } });
  const redirectUris = [`${plane.url}/api/auth/sso/callback/acme`];
  provider.setClient({ clientId: 'pullgate', clientSecret: 'secret', redirectUris });
  owner = as(plane.token);
  const person = await plane.addMember({ email: 'dev@acme.example', role: 'member' });
  const { token } = (await person.post('tokens', { name: 'dev' })).body;
  dev = as(token);
  const machine = await enrollMachine(plane, { name: 'laptop-7' });
  await machine.heartbeat();
  await machine.call('POST', '/agent/v1/sessions', { token, uid: 1000, login: 'dev' });
});
afterAll(async () => {
  owner.dispose();
  dev.dispose();
  await plane.close();
  await provider.close();
  await dns.close();
});

/** The commands and what they print, aligned anew after what differs from run to run got a name. */
async function transcribe(from: InProcess, ...commands: readonly (readonly string[])[]): Promise<string> {
  const parts: string[] = [];
  for (const command of commands) {
    const { code, text } = await from.run(command, 'secret');
    const words = command.map((word) => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    const end = code === 0 ? '' : `(exit code ${code})\n`;
    parts.push(scrub(`$ pullgate ${words}\n`), command[1] === 'list' ? scrubTable(text) : scrub(text), end);
  }
  return parts.join('');
}

const scrub = (text: string): string =>
  text
    .replaceAll(plane.url, 'https://pullgate.acme.example')
    .replaceAll(provider.url, 'https://login.acme.example')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Za-z0-9]{32}\b/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\d+ (?:s|min|h|d) ago/g, '4 min ago');

function scrubTable(text: string): string {
  const [heading = '', ...rows] = text.trimEnd().split('\n');
  const starts = [...heading.matchAll(/(?<=^| {3})\S/g)].map(({ index }) => index);
  const cut = (row: string) => starts.map((start, at) => scrub(row.slice(start, starts[at + 1]).trimEnd()));
  if (starts.length < 2) return scrub(text);
  return `${formatColumns([heading, ...rows].map(cut)).join('\n')}\n`;
}

const golden = (name: string): string => join(import.meta.dirname, '..', 'golden', `${name}.txt`);

it('connects an identity provider and proves a domain', async () => {
  const set = ['sso', 'set', '--issuer', provider.url, '--client-id', 'pullgate', '--secret-stdin'];
  const first = await transcribe(
    owner,
    [...set, '--map', 'engineers=team:platform'],
    ['team', 'create', 'platform'],
    [...set, '--groups-claim', 'groups', '--map', 'engineers=team:platform', '--just-in-time'],
    ['sso', 'show'],
    ['sso', 'test'],
    ['domain', 'add', 'acme.example'],
    ['domain', 'verify', 'acme.example'],
  );
  const { items } = (await plane.owner.get('domains')).body;
  dns.setTxt(items[0].record.name, items[0].record.value);
  const second = await transcribe(owner, ['domain', 'verify', 'acme.example'], ['domain', 'list']);
  await provider.down();
  const third = await transcribe(owner, ['sso', 'test'], ['sso', 'remove', '--yes']);
  await provider.up();
  await expect(first + second + third).toMatchFileSnapshot(golden('single-sign-on'));
});

it('looks after organizations, people and machines', async () => {
  const sessions = (await owner.run(['session', 'list', '--json'])).out[0] ?? '';
  const session = (JSON.parse(sessions) as { items: { id: string }[] }).items[0]?.id ?? '';
  const text = await transcribe(
    owner,
    ['organization', 'list'],
    ['organization', 'create', 'globex', '--name', 'Globex'],
    ['organization', 'list'],
    ['organization', 'edit', '--name', 'Acme', '--two-factor', 'none'],
    ['machine', 'list'],
    ['machine', 'holder', 'laptop-7'],
    ['machine', 'holder', 'laptop-7', 'dev@acme.example'],
    ['machine', 'holder', 'laptop-7'],
    ['machine', 'holder', 'laptop-7', '--none'],
    ['session', 'list'],
    ['session', 'end', session],
    ['session', 'list'],
    ['member', 'edit', 'dev@acme.example', '--role', 'admin'],
    ['member', 'edit', 'dev@acme.example', '--role', 'member'],
    ['machine', 'revoke', 'laptop-7'],
    ['machine', 'revoke', 'laptop-7', '--yes'],
    ['machine', 'list'],
  );
  await expect(text).toMatchFileSnapshot(golden('people-acts'));
});

it('says why not, and what to do', async () => {
  const refused = await transcribe(
    dev,
    ['member', 'list'],
    ['team', 'create', 'ops'],
    ['invitation', 'create', 'eve@acme.example'],
    ['machine', 'revoke', 'laptop-7', '--yes'],
    ['sso', 'remove', '--yes'],
  );
  const lastOwner = await transcribe(
    owner,
    ['member', 'edit', 'owner@acme.example', '--role', 'member'],
    ['member', 'remove', 'owner@acme.example', '--yes'],
    ['member', 'edit', 'dev@acme.example', '--deactivate'],
  );
  const deactivated = await transcribe(dev, ['organization', 'show']);
  const back = await transcribe(
    owner,
    ['member', 'edit', 'dev@acme.example', '--reactivate'],
    ['member', 'remove', 'dev@acme.example', '--yes'],
    ['member', 'list'],
  );
  const { body } = await plane.owner.post('tokens', {
    name: 'short',
    scopes: ['people:read'],
    expiresIn: 86_400,
  });
  advance(plane, 2 * DAY_MS);
  const short = as(body.token);
  const expired = await transcribe(short, ['member', 'list']);
  short.dispose();
  await expect([refused, lastOwner, deactivated, back, expired].join('')).toMatchFileSnapshot(
    golden('people-refused'),
  );
});
