/** Turns what the argument parser says into this command's own words, with the nearest name there is. */

import { CommanderError } from 'commander';
import { type CliError, type ExitCode, toUsageError } from './cli-error.ts';

/** The parser's way of saying that it printed help or version: nothing is wrong. */
const PRINTED = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

/** The exit code when there is nothing left to say, else the error. */
export function toUsageOutcome(error: CommanderError, typed: readonly string[]): ExitCode | CliError {
  if (PRINTED.has(error.code)) return error.exitCode === 0 ? 0 : 2;
  const [first = '', ...rest] = error.message.split('\n');
  const message = first.replace(/^error: /, '').replaceAll("'", '"');
  const nearest = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest.join(' '))?.[1];
  const prefix = commandPrefix(typed);
  if (nearest === undefined) return toUsageError(message, `see: ${prefix} --help`);
  const names = nearest.split(', ').map((name) => (name.startsWith('-') ? name : `${prefix} ${name}`));
  return toUsageError(message, `did you mean: ${names.join('   or: ')}`);
}

/** What was typed before the word that is wrong: the commands that were understood. */
function commandPrefix(typed: readonly string[]): string {
  return ['pullgate', ...typed].join(' ');
}

export const isCommanderError = (error: unknown): error is CommanderError => error instanceof CommanderError;
