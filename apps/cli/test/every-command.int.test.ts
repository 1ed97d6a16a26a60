/** What holds for every command, over all that the command line declares: one JSON document, the same exit codes, a way out. */

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityProvider, startIdentityProvider } from '@pullgate/testkit/identity-provider';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../control-plane/test/harness.ts';
import { enrollMachine } from '../../control-plane/test/machine.ts';
import { createProgram } from '../src/program/program.ts';
import { createInProcess, type InProcess } from './in-process.ts';

interface Leaf {
  readonly name: string;
  readonly options: readonly string[];
  /** Something for every argument and option that is asked for. */
  readonly something: readonly string[];
}

function listLeaves(command: Command, path: readonly string[] = []): readonly Leaf[] {
  return command.commands
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => {
      const words = [...path, child.name()];
      const below = listLeaves(child, words);
      return hasAction(child) ? [toLeaf(child, words), ...below] : below;
    });
}

/** Commander keeps to itself whether a command does something; one that does not has commands below it. */
const hasAction = (command: Command): boolean =>
  command.commands.length === 0 || ['server'].includes(command.name());

const toLeaf = (command: Command, words: readonly string[]): Leaf => ({
  name: words.join(' '),
  options: command.options.flatMap(({ long }) => (long == null ? [] : [long])),
  something: [
    ...command.registeredArguments.filter(({ required }) => required).map(() => 'something'),
    ...command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', 'something']),
  ],
});

const LEAVES = listLeaves(createProgram(() => undefined));

/** Why these have no `--json`. */
const WITHOUT_JSON: Readonly<Record<string, string>> = {
  down: 'ends what runs, and says one line',
  server: 'runs until it is ended; its log is JSON',
  'agent run': 'runs until it is ended; its log is JSON',
  'sign-in artifacts': 'writes a file in the format that was chosen',
  'sign-in prompt': 'is a line for a person',
  version: 'is one line',
};

/** Where their JSON is tested, because they need more than a server. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  up: 'up.int.test.ts',
  login: 'sign-in.int.test.ts',
  logout: 'owner.int.test.ts',
  status: 'owner.int.test.ts',
  'server backup': 'owner.int.test.ts',
  'server restore': 'owner.int.test.ts',
  'machine enroll': 'owner.int.test.ts',
  'machine prepare': 'machine-prepare.int.test.ts',
  'registry discover': 'discover.int.test.ts',
};

/** What a command wants before it looks for a server. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  'token create': ['--name', 'x', '--scopes', 'policy:read'],
  'organization edit': ['--name', 'x'],
  'member edit': ['--role', 'admin'],
  check: ['--as', 'dev@acme.example'],
  // taken away again when the server refuses
  'machine prepare': ['--output', join(tmpdir(), `pullgate-never-${process.pid}.json`)],
};

/** Where `something` would be refused before a server is looked for. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'policy rollback': ['1'],
  'catalog import': [import.meta.filename],
  'catalog key trust': ['A'.repeat(43)],
};

/** These work without a sign-in, or ask the agent first. */
const OWN_WAY = ['login', 'logout', 'status'];

type Results = Readonly<
  Record<string, Record<string, string> & { readonly items?: readonly { id: string }[] }>
>;
type Case = readonly [name: string, words?: (before: Results) => readonly string[], code?: number];

let provider: IdentityProvider;
let owner: InProcess;

const inFolder = (name: string): string => join(owner.folder, name);

/** The exported catalog as somebody edits it. */
function raiseVersion(): string {
  const catalog = JSON.parse(readFileSync(inFolder('catalog.json'), 'utf8'));
  writeFileSync(inFolder('newer.json'), JSON.stringify({ ...catalog, version: '2999-01-01.1' }));
  return inFolder('newer.json');
}

/** In an order in which each finds what the ones before made. */
const CASES: readonly Case[] = [
  ['organization list'],
  ['organization create', () => ['globex']],
  ['organization show'],
  ['organization edit', () => ['--name', 'Acme']],
  ['member list'],
  ['member show', () => ['dev@acme.example']],
  ['member edit', () => ['dev@acme.example', '--role', 'auditor']],
  ['team list'],
  ['team create', () => ['platform']],
  ['team edit', () => ['platform', '--name', 'Platform']],
  ['team add', () => ['platform', 'dev@acme.example']],
  ['team remove', () => ['platform', 'dev@acme.example']],
  ['team delete', () => ['platform']],
  ['invitation list'],
  ['invitation create', () => ['new@acme.example']],
  ['invitation resend', (before) => [String(before['invitation create']?.id)]],
  ['invitation revoke', (before) => [String(before['invitation create']?.id)]],
  ['token create', () => ['--name', 'ci', '--scopes', 'policy:read']],
  ['token list'],
  ['token revoke', (before) => [String(before['token create']?.id)]],
  ['machine list'],
  ['machine holder', () => ['laptop-7', 'dev@acme.example']],
  ['session list'],
  ['session end', (before) => [String(before['session list']?.items?.[0]?.id)]],
  ['machine revoke', () => ['laptop-7', '--yes']],
  ['registry list'],
  ['registry add', () => ['quay.io']],
  ['registry edit', () => ['quay.io', '--access', 'pull']],
  ['registry host list'],
  ['registry host accept', () => ['quay.io', 'cdn.example.com'], 1],
  ['registry host dismiss', () => ['quay.io', 'cdn.example.com'], 1],
  ['catalog show'],
  ['catalog export', () => [inFolder('catalog.json')]],
  ['catalog key create', () => [inFolder('catalog.key')]],
  ['catalog key trust', (before) => [String(before['catalog key create']?.publicKey), '--name', 'platform']],
  ['catalog key list'],
  ['catalog sign', () => [raiseVersion(), '--key', inFolder('catalog.key'), '--output', inFolder('signed')]],
  ['catalog import', () => [inFolder('signed')]],
  ['catalog apply', () => [], 1],
  ['catalog reset'],
  ['catalog key distrust', () => ['platform']],
  ['policy show'],
  ['policy diff'],
  ['policy test'],
  ['policy edit', () => ['--file', join(import.meta.dirname, 'no-such-file')], 1],
  ['registry remove', () => ['docker.io']],
  ['policy apply', () => ['--yes']],
  ['policy history'],
  ['policy rollback', () => ['1', '--yes']],
  ['mode'],
  ['check', () => ['quay.io/acme/app', '--as', 'dev@acme.example'], 3],
  ['decision list'],
  ['activity list'],
  ['activity verify'],
  ['domain add', () => ['acme.example']],
  ['domain list'],
  ['domain verify', () => ['acme.example'], 1],
  ['domain remove', () => ['acme.example']],
  ['sso set', () => ['--issuer', provider.url, '--client-id', 'pullgate', '--secret-stdin']],
  ['sso show'],
  ['sso test'],
  ['sso remove', () => ['--yes']],
  ['scim set'],
  ['scim show'],
  ['scim credential create'],
  ['scim credential revoke', (before) => [String(before['scim credential create']?.id)]],
  ['scim remove', () => ['--yes']],
  ['member remove', () => ['dev@acme.example', '--yes']],
  ['agent install', () => ['--dry-run', '--root', '/nowhere', '--docker-version', '28.0.0']],
  ['agent uninstall', () => ['--dry-run', '--root', '/nowhere']],
];

describe('every command', () => {
  let plane: Harness;
  let stranger: InProcess;
  beforeAll(async () => {
    provider = await startIdentityProvider({ clients: [], accounts: [] });
    plane = await startHarness({ config: { dnsServers: ['127.0.0.1:9'] } });
    const redirectUris = [`${plane.url}/api/auth/sso/callback/acme`];
    provider.setClient({ clientId: 'pullgate', clientSecret: 'secret', redirectUris });
    owner = createInProcess({
      PULLGATE_SERVER: plane.url,
      PULLGATE_TOKEN: plane.token,
      PULLGATE_ORGANIZATION: 'acme',
    });
    stranger = createInProcess();
    const dev = await plane.addMember({ email: 'dev@acme.example', role: 'member' });
    const machine = await enrollMachine(plane, { name: 'laptop-7' });
    const { token } = (await dev.post('tokens', { name: 'dev' })).body;
    await machine.call('POST', '/agent/v1/sessions', { token, uid: 1000, login: 'dev' });
  });
  afterAll(async () => {
    owner.dispose();
    stranger.dispose();
    await plane.close();
    await provider.close();
  });

  it('has --json, or a reason not to; and a case here, or elsewhere', () => {
    const withJson = LEAVES.filter(({ options }) => options.includes('--json')).map(({ name }) => name);
    const without = LEAVES.filter(({ options }) => !options.includes('--json')).map(({ name }) => name);
    expect(without.sort()).toEqual(Object.keys(WITHOUT_JSON).sort());
    expect(withJson.sort()).toEqual([...CASES.map(([name]) => name), ...Object.keys(ELSEWHERE)].sort());
  });

  it('prints one JSON document with --json', async () => {
    const before: Record<string, Results[string]> = {};
    const wrong: unknown[] = [];
    for (const [name, words, expected = 0] of CASES) {
      const { code, out, text } = await owner.run(
        [...name.split(' '), ...(words?.(before) ?? []), '--json'],
        'secret',
      );
      // an error says so in words, and leaves standard output to documents
      const wanted = text.startsWith('pullgate: ') ? 0 : 1;
      if (code !== expected || out.length !== wanted) wrong.push([name, code, text]);
      before[name] = JSON.parse(out[0] ?? '{}');
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  const remote = LEAVES.filter(
    ({ name, options }) => options.includes('--server') && !OWN_WAY.includes(name),
  );
  const ask = async (from: InProcess, name: string, more: readonly string[]) => {
    const { code, out, err } = await from.run([...name.split(' '), ...more]);
    return [code, out, /\[([A-Z_]+)\]$/.exec(err[0] ?? '')?.[1], err.length];
  };

  it.each(remote)(
    '$name says how to sign in, and where the server was looked for',
    async ({ name, something }) => {
      const yes = LEAVES.find((leaf) => leaf.name === name)?.options.includes('--yes') ? ['--yes'] : [];
      const words = [...(ARGUMENTS[name] ?? something), ...(FURTHER[name] ?? []), ...yes];
      expect(await ask(stranger, name, words)).toEqual([1, [], 'NOT_SIGNED_IN', 2]);
      expect(await ask(owner, name, [...words, '--server', 'http://127.0.0.1:9'])).toEqual([
        1,
        [],
        'SERVER_UNREACHABLE',
        2,
      ]);
    },
  );

  it.each(LEAVES)('$name ends with 2 at an option that there is not', async ({ name, something }) => {
    const { code, out, err } = await stranger.run([...name.split(' '), ...something, '--bogus-option']);
    expect([code, out, err.length]).toEqual([2, [], 2]);
    expect(err[0]).toContain('[USAGE]');
  });
});
