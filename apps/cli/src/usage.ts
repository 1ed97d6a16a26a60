/** Turns what the argument parser says into this command's own words, with the nearest name there is. */

import { quote } from '@pullgate/errors';
import { CommanderError } from 'commander';
import { type CliError, type ExitCode, toUsageError } from './cli-error.ts';

/** The parser's way of saying that it printed help or version: nothing is wrong. */
const PRINTED = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

/** The exit code when there is nothing left to say, else the error. */
export async function toUsageOutcome(
  error: CommanderError,
  typed: readonly string[],
): Promise<ExitCode | CliError> {
  if (PRINTED.has(error.code)) return error.exitCode === 0 ? 0 : 2;
  const [first = '', ...rest] = error.message.split('\n');
  const prefix = commandPrefix(typed);
  const choice = CHOICE.exec(first)?.groups;
  if (choice !== undefined) return toChoiceError(choice, prefix);
  const message = toOwnWords(first.replace(/^error: /, '').replaceAll("'", '"'));
  const nearest = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest.join(' '))?.[1];
  if (nearest === undefined) return toUsageError(message, `see: ${prefix} --help`);
  const names = nearest.split(', ').map((name) => (name.startsWith('-') ? name : `${prefix} ${name}`));
  return toUsageError(message, `did you mean: ${names.join('   or: ')}`);
}

/** The parser's words for a value that is none of the choices, of an argument (`mode`) or an option (`--level <level>`). */
const CHOICE =
  /^error: (?:option '(?<option>--\S+)[^']*' argument|command-argument value) '(?<value>.*)' is invalid(?: for argument '(?<argument>.*)')?\. Allowed choices are (?<names>.*)\.$/s;

async function toChoiceError(
  choice: Readonly<Record<string, string | undefined>>,
  prefix: string,
): Promise<CliError> {
  const { option, value = '', argument, names = '' } = choice;
  const subject = option ?? argument ?? 'value';
  const message = `expected ${subject} to be one of ${names}, got ${quote(value)}`;
  // only the mistyped pay for loading it
  const { nearestWord } = await import('@pullgate/policy');
  const nearest = nearestWord(value, names.split(', '));
  if (nearest === undefined) return toUsageError(message, `see: ${prefix} --help`);
  return toUsageError(
    message,
    `did you mean: ${prefix}${option === undefined ? '' : ` ${option}`} ${nearest}`,
  );
}

/** The parser's other sentences, as this command says them; what is not known here stays as it is. */
function toOwnWords(message: string): string {
  const value =
    /^(?:option "(?:-., )?(?<option>--\S+)[^"]*" argument|command-argument value) "(?<value>.*)" is invalid\S* (?<why>expected .*)$/s.exec(
      message,
    )?.groups;
  if (value !== undefined) {
    return `${value.option === undefined ? '' : `${value.option}: `}${value.why}, got ${quote(value.value ?? '')}`;
  }
  const many = /^too many arguments for "(.*)"\. Expected (\d+) arguments? but got \d+: (.*)\.$/s.exec(
    message,
  );
  if (many === null) return message;
  const [, name, wanted, given = ''] = many;
  const limit = wanted === '0' ? 'no argument' : wanted === '1' ? 'one argument' : `${wanted} arguments`;
  return `${name} takes ${limit}, got ${quote(given)}`;
}

/** What was typed before the word that is wrong: the commands that were understood. */
function commandPrefix(typed: readonly string[]): string {
  return ['pullgate', ...typed].join(' ');
}

export const isCommanderError = (error: unknown): error is CommanderError => error instanceof CommanderError;
