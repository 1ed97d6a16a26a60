/** The whole command line: every command, in the order in which help shows them. */

import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { declareCommand, onRun, type Runner, withExamples } from './declare.ts';
import { declareCatalogCommands } from './declare-catalog.ts';
import { declareIdentityCommands } from './declare-identity.ts';
import { declareMachineCommands } from './declare-machine.ts';
import { declarePeopleCommands } from './declare-people.ts';
import { declarePolicyCommands } from './declare-policy.ts';
import { declareRecordCommands } from './declare-records.ts';
import { declareRunCommands } from './declare-run.ts';
import { declareSignInCommands } from './declare-sign-in.ts';
import { declareSignInEnforcementCommands } from './declare-sign-in-enforcement.ts';

/** @param runner is handed what the arguments chose; nothing runs while they are parsed */
export function createProgram(runner: Runner): Command {
  const program = new Command('pullgate')
    .description('Decide which registries the machines of an organization may pull from and push to.')
    .version(`pullgate ${VERSION}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions();
  withExamples(program, [
    ['pullgate up', 'start control plane and agent on this machine'],
    ['pullgate check ghcr.io/acme/app:1', 'may this be pulled, and if not, why'],
    ['pullgate registry add quay.io', 'allow a registry, in the draft'],
    ['pullgate policy apply', 'publish the draft to every machine'],
    ['pullgate mode enforce', 'from now on deny what is not allowed'],
  ]);
  declareRunCommands(program, runner);
  declareSignInCommands(program, runner);
  declarePolicyCommands(program, runner);
  declareCatalogCommands(program, runner);
  declareRecordCommands(program, runner);
  declareMachineCommands(program, runner);
  declareSignInEnforcementCommands(program, runner);
  declarePeopleCommands(program, runner);
  declareIdentityCommands(program, runner);
  const version = declareCommand(program, 'version', {
    summary: 'print the version',
    examples: [['pullgate version', 'the same as --version']],
  });
  onRun(version, runner, async () => async (context) => {
    context.terminal.out(`pullgate ${VERSION}`);
    return 0;
  });
  return program;
}
