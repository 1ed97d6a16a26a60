/** Holds the errors of the command and the exit codes. Leaves printing them to `main.ts`. */

import { CodedError } from '@pullgate/errors';

/** 0 yes, 1 failed, 2 usage, 3 denied. */
export type ExitCode = 0 | 1 | 2 | 3;

export const CLI_ERROR_CODES = [
  'USAGE',
  'CONFIRMATION_NEEDED',
  'CREDENTIALS_UNREADABLE',
  'CREDENTIALS_EXPOSED',
  'NOT_SIGNED_IN',
  'SIGN_IN_FAILED',
  'ORGANIZATION_UNKNOWN',
  'SERVER_UNREACHABLE',
  'SERVER_ANSWER_INVALID',
  'AGENT_UNREACHABLE',
  'EDITOR_FAILED',
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'REGISTRY_UNKNOWN',
  'REGISTRY_AMBIGUOUS',
  'REGISTRY_NOT_RECOGNIZED',
  'REGISTRY_UNREACHABLE',
  'REDIRECT_REFUSED',
  'ROOT_NEEDED',
  'ALREADY_RUNNING',
  'NOT_RUNNING',
  'CHILD_FAILED',
  'START_TIMEOUT',
  'PROXY_AUTH_REQUIRED',
  'PROXY_UNUSABLE',
  'WRONG_ORGANIZATION',
  'NOT_FOUND',
] as const;
export type CliErrorCode = (typeof CLI_ERROR_CODES)[number];

/** An error of the command itself. `exitCode` is 1 unless it is the caller's usage that is wrong. */
export class CliError extends CodedError<CliErrorCode> {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(
    code: CliErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown; readonly exitCode?: ExitCode } = {},
  ) {
    super(code, message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}

/** An argument or option that cannot be; ends with exit code 2. */
export function toUsageError(message: string, hint?: string): CliError {
  return new CliError('USAGE', message, { exitCode: 2, ...(hint === undefined ? {} : { hint }) });
}

/** What was named does not exist; ends with 1, as when the server says so. */
export const toNotFound = (message: string, hint: string): CliError =>
  new CliError('NOT_FOUND', message, { hint });
