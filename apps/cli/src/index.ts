/** What other parts may use of the command: its declaration and its error codes, for documents that must not drift from them. */

export { CLI_ERROR_CODES, CliError, type CliErrorCode } from './cli-error.ts';
export { createProgram } from './program/program.ts';
export { VERSION } from './version.ts';
