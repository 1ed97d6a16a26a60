/** How a command is declared: examples first in its help, code loaded only when it runs, values parsed at the border. */

import { Argument, type Command as CommanderCommand, InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../cli-error.ts';
import type { Command, Context } from '../context.ts';
import { parseDurationSeconds } from '../wording.ts';

/** Runs what the arguments chose; settles with the exit code. */
export type Runner = (run: (context: Context) => Promise<ExitCode>) => void;

export interface Declaration {
  readonly summary: string;
  /** Command lines, each with what it does; the first thing that help shows. */
  readonly examples: readonly (readonly [command: string, purpose: string])[];
}

/** Declares `parent name`; a name may carry arguments (`check <reference>`). */
export function declareCommand(
  parent: CommanderCommand,
  name: string,
  declaration: Declaration,
): CommanderCommand {
  const command = parent.command(name).description(declaration.summary).summary(declaration.summary);
  return withExamples(command, declaration.examples);
}

export function withExamples(command: CommanderCommand, examples: Declaration['examples']): CommanderCommand {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, purpose]) => `  ${line.padEnd(width)}   ${purpose}`.trimEnd());
  return command.addHelpText('before', `Examples:\n${lines.join('\n')}\n`);
}

/**
 * Binds a command to its code. The options' type is the one place where what was declared meets what is used; the
 * tests of the command line run every option through it.
 */
export function onRun<Options>(
  command: CommanderCommand,
  runner: Runner,
  load: () => Promise<Command<Options>>,
): CommanderCommand {
  return command.action(() => {
    const options = command.opts() as Options;
    const args = command.processedArgs.filter((argument): argument is string => typeof argument === 'string');
    runner(async (context) => (await load())(context, options, args));
  });
}

/** Every command that speaks to the control plane takes these. */
export const withTarget = (command: CommanderCommand): CommanderCommand =>
  command
    .option('--server <url>', 'address of the control plane (default: the last one used)')
    .option('--organization <slug>', 'organization (default: the last one used)');

export const withJson = (command: CommanderCommand): CommanderCommand =>
  command.option('--json', 'print one JSON document in the shape of the API');

export const withYes = (command: CommanderCommand): CommanderCommand =>
  command.option('--yes', 'answer every question with yes');

export const withPaging = (command: CommanderCommand): CommanderCommand =>
  command
    .addOption(new Option('--limit <count>', 'how many, 1 to 200').argParser(toIntegerParser(1, 200)))
    .option('--cursor <cursor>', 'go on where the last listing ended');

export function toIntegerParser(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) {
      throw new InvalidArgumentError(`expected a number from ${minimum} to ${maximum}`);
    }
    return value;
  };
}

/** `90s`, `15m`, `24h`, `7d`, `2w` → seconds */
export function parseDuration(text: string): number {
  const seconds = parseDurationSeconds(text);
  if (seconds === undefined)
    throw new InvalidArgumentError('expected a time such as 90s, 15m, 24h, 7d or 2w');
  return seconds;
}

/** Options that may be given several times, or once with commas. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export const choice = (name: string, description: string, choices: readonly string[]): Argument =>
  new Argument(name, description).choices([...choices]);
