/** Declares where people come from: `sso`, `domain`, `scim`. */

import type { Command } from 'commander';
import { collect, declareCommand, onRun, type Runner, withJson, withTarget, withYes } from './declare.ts';
import { roleOption } from './role-option.ts';

const MAPPING = "what a group gives: 'GROUP=team:SLUG,role:NAME', again for each; none for no group";

export function declareIdentityCommands(program: Command, runner: Runner): void {
  declareSso(program, runner);
  declareDomain(program, runner);
  declareScim(program, runner);
}

function declareSso(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'sso', {
    summary: 'single sign-on by OpenID Connect',
    examples: [
      ['pullgate sso show', 'what is set'],
      ['pullgate sso test', 'step by step, changes nothing'],
    ],
  });
  const show = declareCommand(group, 'show', {
    summary: 'show the connection, without its secret',
    examples: [['pullgate sso show --json', 'for programs']],
  });
  onRun(withJson(withTarget(show)), runner, async () => (await import('../commands/sso.ts')).runSsoShow);
  const set = declareCommand(group, 'set', {
    summary: 'set or change the connection',
    examples: [
      [
        'pullgate sso set --issuer https://login.acme.example --client-id pullgate --secret-stdin < secret.txt',
        'the secret is kept when left out later',
      ],
      [
        "pullgate sso set --issuer https://login.acme.example --client-id pullgate --map 'engineers=team:platform'",
        'a group gives a team',
      ],
    ],
  })
    .requiredOption('--issuer <url>', 'address of the identity provider')
    .requiredOption('--client-id <id>', 'as registered there')
    .option('--secret-stdin', 'read the client secret from standard input')
    .option('--scopes <scopes>', 'scopes to ask for, with commas', collect)
    .option('--groups-claim <name>', 'claim that holds the groups')
    .option('--just-in-time', 'people of claimed domains become members when they first sign in')
    .option('--no-just-in-time', 'only who was invited may sign in')
    .addOption(roleOption('what newcomers become', '--default-role <role>'))
    .option('--map <mapping>', MAPPING, collect);
  onRun(withJson(withTarget(set)), runner, async () => (await import('../commands/sso.ts')).runSsoSet);
  const test = declareCommand(group, 'test', {
    summary: 'try the connection (exit code 1 when a step fails)',
    examples: [['pullgate sso test', 'discovery, keys, endpoints, PKCE, client']],
  });
  onRun(withJson(withTarget(test)), runner, async () => (await import('../commands/sso.ts')).runSsoTest);
  const remove = declareCommand(group, 'remove', {
    summary: 'remove the connection',
    examples: [['pullgate sso remove', 'asks first']],
  });
  onRun(
    withYes(withJson(withTarget(remove))),
    runner,
    async () => (await import('../commands/sso.ts')).runSsoRemove,
  );
}

function declareDomain(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'domain', {
    summary: "domains of e-mail addresses that are the organization's",
    examples: [
      ['pullgate domain add acme.example', 'shows the TXT record that proves it'],
      ['pullgate domain verify acme.example', 'when the record is set'],
    ],
  });
  const list = declareCommand(group, 'list', {
    summary: 'list the claimed domains',
    examples: [['pullgate domain list --json', 'for programs']],
  });
  onRun(withJson(withTarget(list)), runner, async () => (await import('../commands/sso.ts')).runDomainList);
  const add = declareCommand(group, 'add <domain>', {
    summary: 'claim a domain',
    examples: [['pullgate domain add acme.example', 'then set the TXT record it shows']],
  });
  onRun(withJson(withTarget(add)), runner, async () => (await import('../commands/sso.ts')).runDomainAdd);
  const verify = declareCommand(group, 'verify <domain>', {
    summary: 'look the TXT record up now',
    examples: [['pullgate domain verify acme.example', 'by name or id']],
  });
  onRun(
    withJson(withTarget(verify)),
    runner,
    async () => (await import('../commands/sso.ts')).runDomainVerify,
  );
  const remove = declareCommand(group, 'remove <domain>', {
    summary: 'give a domain up',
    examples: [['pullgate domain remove acme.example', 'others may claim it then']],
  });
  onRun(
    withJson(withTarget(remove)),
    runner,
    async () => (await import('../commands/sso.ts')).runDomainRemove,
  );
}

function declareScim(program: Command, runner: Runner): void {
  const group = declareCommand(program, 'scim', {
    summary: 'people and groups from a directory, by SCIM 2.0',
    examples: [
      ['pullgate scim set', 'switch it on'],
      ['pullgate scim credential create', 'a token for the directory, shown once'],
    ],
  });
  const show = declareCommand(group, 'show', {
    summary: 'show address, mappings and credentials',
    examples: [['pullgate scim show --json', 'for programs']],
  });
  onRun(withJson(withTarget(show)), runner, async () => (await import('../commands/scim.ts')).runScimShow);
  const set = declareCommand(group, 'set', {
    summary: 'switch it on, or say what groups give',
    examples: [
      [
        "pullgate scim set --map 'Engineers=team:platform' --map 'Admins=role:admin'",
        'replaces what was said before; left out, that stays',
      ],
    ],
  }).option('--map <mapping>', MAPPING, collect);
  onRun(withJson(withTarget(set)), runner, async () => (await import('../commands/scim.ts')).runScimSet);
  const remove = declareCommand(group, 'remove', {
    summary: 'switch it off',
    examples: [['pullgate scim remove', 'asks first']],
  });
  onRun(
    withYes(withJson(withTarget(remove))),
    runner,
    async () => (await import('../commands/scim.ts')).runScimRemove,
  );
  declareCredential(group, runner);
}

function declareCredential(scim: Command, runner: Runner): void {
  const group = declareCommand(scim, 'credential', {
    summary: 'tokens of the directory',
    examples: [
      ['pullgate scim credential create', 'two may be good at a time, to change them without a gap'],
    ],
  });
  const create = declareCommand(group, 'create', {
    summary: 'make a token for the directory; it is shown once',
    examples: [['pullgate scim credential create', 'enter it there with the address of pullgate scim show']],
  });
  onRun(
    withJson(withTarget(create)),
    runner,
    async () => (await import('../commands/scim.ts')).runScimCredentialCreate,
  );
  const revoke = declareCommand(group, 'revoke <id>', {
    summary: 'end a token now',
    examples: [['pullgate scim credential revoke CREDENTIAL', 'ids are in pullgate scim show']],
  });
  onRun(
    withJson(withTarget(revoke)),
    runner,
    async () => (await import('../commands/scim.ts')).runScimCredentialRevoke,
  );
}
