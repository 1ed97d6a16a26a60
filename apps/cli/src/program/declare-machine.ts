/** Declares what belongs to a fleet: `machine`, `token`. */

import { type Command, Option } from 'commander';
import {
  collect,
  declareCommand,
  onRun,
  parseDuration,
  type Runner,
  toIntegerParser,
  withJson,
  withTarget,
  withYes,
} from './declare.ts';

export function declareMachineCommands(program: Command, runner: Runner): void {
  declareMachine(program, runner);
  declareToken(program, runner);
}

function declareMachine(program: Command, runner: Runner): void {
  const machine = declareCommand(program, 'machine', {
    summary: 'the machines that obey',
    examples: [
      ['pullgate machine list', 'each with its revision and state'],
      ['sudo pullgate machine enroll', 'add this machine'],
      ['pullgate machine prepare vault-1 --output vault-1.json', 'add one that has no network'],
    ],
  });
  const list = declareCommand(machine, 'list', {
    summary: 'list the machines with what they have in force',
    examples: [['pullgate machine list --json', 'for programs']],
  });
  onRun(
    withJson(withTarget(list)),
    runner,
    async () => (await import('../commands/machine.ts')).runMachineList,
  );

  const enroll = declareCommand(machine, 'enroll', {
    summary: 'make this machine obey an organization',
    examples: [
      ['sudo -E pullgate machine enroll', 'as an owner who is signed in'],
      [
        'sudo pullgate machine enroll --server https://pullgate.acme.example --token TOKEN',
        'with a token from an owner',
      ],
      ['sudo pullgate machine enroll --unattended', 'by /etc/pullgate/enrolment.json, as the service does'],
      ['sudo pullgate machine enroll --file vault-1.json', 'without network, by pullgate machine prepare'],
    ],
  })
    .option('--unattended', 'by enrolment.json; waits for the network, and enrols a clone anew')
    .option(
      '--file <file>',
      'by a file of pullgate machine prepare, without network; it is removed after use',
    )
    .option('--keep', 'with --file: leave the file where it is')
    .option('--token <token>', 'enrolment token (default: one is made when you are signed in)')
    .option('--name <name>', 'name of the machine (default: its host name)')
    .option(
      '--data-dir <dir>',
      'keep its files below it (default: /etc/pullgate and /var/lib/pullgate-agent, as root)',
    );
  onRun(
    withYes(withJson(withTarget(enroll))),
    runner,
    async () => (await import('../commands/machine.ts')).runMachineEnroll,
  );
  declarePrepare(machine, runner);
}

function declarePrepare(machine: Command, runner: Runner): void {
  const prepare = declareCommand(machine, 'prepare <name>', {
    summary: 'enrol a machine that has no network, by a file that is carried to it',
    examples: [['pullgate machine prepare vault-1 --output vault-1.json', 'as an owner or admin']],
  })
    .option('--output <file>', "new file for the machine's key and policy, mode 0600")
    .addOption(
      new Option('--expires <time>', 'how long the file may be used (default: 30d)').argParser(parseDuration),
    );
  onRun(
    withJson(withTarget(prepare)),
    runner,
    async () => (await import('../commands/machine-prepare.ts')).runMachinePrepare,
  );
}

function declareToken(program: Command, runner: Runner): void {
  const token = declareCommand(program, 'token', {
    summary: 'tokens for programs, and tokens that enrol machines',
    examples: [
      ['pullgate token create --enroll', 'for one more machine'],
      ['pullgate token create --name ci --scopes policy:read --expires 90d', 'for a program'],
    ],
  });
  const create = declareCommand(token, 'create', {
    summary: 'make a token; it is shown once',
    examples: [
      ['pullgate token create --name ci --scopes policy:read,policy:write --expires 90d', 'for a program'],
      ['pullgate token create --enroll --uses 50 --expires 7d', 'for fifty machines'],
      ['pullgate token create --enroll --ephemeral', 'for a CI runner that is thrown away'],
    ],
  })
    .option('--name <name>', 'what it is for')
    .option('--scopes <scopes>', 'what it may do, with commas', collect)
    .addOption(
      new Option('--expires <time>', 'how long it is good, for example 90d').argParser(parseDuration),
    )
    .option('--enroll', 'a token that enrols machines')
    .addOption(
      new Option('--uses <count>', 'with --enroll: how many machines').argParser(toIntegerParser(1, 100_000)),
    )
    .option('--ephemeral', 'with --enroll: machines that stay away for a day are forgotten');
  onRun(
    withJson(withTarget(create)),
    runner,
    async () => (await import('../commands/token.ts')).runTokenCreate,
  );

  const list = declareCommand(token, 'list', {
    summary: 'list tokens, without their secrets',
    examples: [['pullgate token list --enroll', 'those that enrol machines']],
  }).option('--enroll', 'those that enrol machines');
  onRun(withJson(withTarget(list)), runner, async () => (await import('../commands/token.ts')).runTokenList);

  const revoke = declareCommand(token, 'revoke <id>', {
    summary: 'end a token now',
    examples: [['pullgate token revoke tok_1', 'ids are in pullgate token list']],
  }).option('--enroll', 'one that enrols machines');
  onRun(
    withJson(withTarget(revoke)),
    runner,
    async () => (await import('../commands/token.ts')).runTokenRevoke,
  );
}
