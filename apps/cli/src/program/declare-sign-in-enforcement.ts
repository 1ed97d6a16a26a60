/** Declares what makes people sign in: `sign-in`. */

import { ARTIFACT_FORMATS } from '@pullgate/required-sign-in';
import { type Command, Option } from 'commander';
import { collect, declareCommand, onRun, type Runner } from './declare.ts';

export function declareSignInEnforcementCommands(program: Command, runner: Runner): void {
  const signIn = declareCommand(program, 'sign-in', {
    summary: 'make machines require a sign-in',
    examples: [
      [
        'pullgate sign-in artifacts --org acme --format registry.json --out registry.json',
        'the file to deploy',
      ],
    ],
  });
  const artifacts = declareCommand(signIn, 'artifacts', {
    summary: 'write the file that makes a machine require a sign-in',
    examples: [
      ['pullgate sign-in artifacts --org acme --format registry.json', 'for Linux, macOS and Windows'],
      [
        'pullgate sign-in artifacts --org acme --org beta --format mobileconfig --out pullgate.mobileconfig',
        'a profile for macOS',
      ],
      ['pullgate sign-in artifacts --org acme --format reg --out pullgate.reg', 'a registry key for Windows'],
    ],
  })
    .addOption(
      new Option('--org <slug>', 'organization that satisfies it; may be given several times')
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--format <format>', 'kind of file').choices([...ARTIFACT_FORMATS]).makeOptionMandatory(),
    )
    .option('--out <file>', 'write it here (default: standard output)');
  onRun(artifacts, runner, async () => (await import('../commands/sign-in-artifacts.ts')).runSignInArtifacts);

  const prompt = declareCommand(signIn, 'prompt', {
    summary: 'ask to sign in, when this machine requires it and you have not; else say nothing',
    examples: [
      ['pullgate sign-in prompt', 'one line, at the login of a terminal'],
      ['pullgate sign-in prompt --notify', 'a notification on the desktop'],
    ],
  }).option('--notify', 'as a desktop notification, where there is a desktop');
  onRun(prompt, runner, async () => (await import('../commands/sign-in-prompt.ts')).runSignInPrompt);
}
