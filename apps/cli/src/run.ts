/** Parses the arguments, runs what they chose and prints what went wrong. Leaves the process itself to `main.ts`. */

import { CodedError } from '@pullgate/errors';
import type { Command as CommanderCommand } from 'commander';
import { ApiError } from './api-error.ts';
import { CliError, type ExitCode } from './cli-error.ts';
import { parseCliConfig } from './config.ts';
import { type Context, createContext } from './context.ts';
import { useProxies } from './http.ts';
import { createProgram } from './program/program.ts';
import { createTerminal } from './terminal.ts';
import { isCommanderError, toUsageOutcome } from './usage.ts';
import { toPrintable } from './wording.ts';

/** The context of a person's or a program's own command. */
export function createProcessContext(): Context {
  const config = parseCliConfig();
  useProxies(config.proxies);
  return createContext(config, createTerminal(config.isColorWanted));
}

export async function run(argv: readonly string[], context: Context): Promise<ExitCode> {
  try {
    return await runChosen(argv, context);
  } catch (error) {
    printError(context, error);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

async function runChosen(argv: readonly string[], context: Context): Promise<ExitCode> {
  let chosen: ((context: Context) => Promise<ExitCode>) | undefined;
  const program = createProgram((work) => {
    chosen = work;
  });
  let last: CommanderCommand = program;
  silence(program, (command) => {
    last = command;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    const outcome = await toUsageOutcome(error, pathOf(last));
    if (typeof outcome === 'number') return outcome;
    throw outcome;
  }
  return chosen === undefined ? 0 : chosen(context);
}

/** Errors of the parser become exceptions without output; `onCommand` hears which command each word led to. */
function silence(command: CommanderCommand, onCommand: (command: CommanderCommand) => void): void {
  command
    .exitOverride((error) => {
      onCommand(command);
      throw error;
    })
    .configureOutput({ outputError: () => undefined });
  for (const child of command.commands) silence(child, onCommand);
}

function pathOf(command: CommanderCommand): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** What happened and why, with a code for searching; then what to do. */
function printError(context: Context, error: unknown): void {
  const { terminal, config } = context;
  const mark = terminal.paint('red', 'pullgate:');
  if (error instanceof CodedError) {
    const problems = error instanceof ApiError ? error.problems : [];
    // a server's detail goes on with the first problem, which is listed below with all the others
    const message = problems.length === 0 ? error.message : (error.message.split(': ', 1)[0] ?? '');
    terminal.err(`${mark} ${toPrintable(message)} [${toPrintable(error.code)}]`);
    for (const { line, path, message: text } of problems) {
      terminal.err(`  ${toPrintable(line === undefined ? path : `line ${line}`)}: ${toPrintable(text)}`);
    }
    if (error.hint !== undefined) terminal.err(`  ${error.hint}`);
  } else {
    terminal.err(`${mark} ${error instanceof Error ? error.message : String(error)} [INTERNAL]`);
    terminal.err('  this is a fault of Pullgate; see where: PULLGATE_DEBUG=1 pullgate …');
  }
  if (config.isDebug && error instanceof Error) terminal.err(error.stack ?? '');
}
