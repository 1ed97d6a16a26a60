/** Holds the errors of wiring engines. Leaves printing them to the command. */

import { CodedError } from '@pullgate/errors';

export const INSTALL_ERROR_CODES = [
  'ROOT_NEEDED',
  'ENGINE_MISSING',
  'ENGINE_UNKNOWN',
  'ENGINE_VERSION_UNKNOWN',
  'DAEMON_JSON_INVALID',
  'PROXY_FLAG_SET',
  'PROXY_URL_INVALID',
  'AGENT_CONFIG_EXPOSED',
  'INSTALL_BUSY',
  'INSTALL_RECORD_INVALID',
  'INSTALL_WRITE_FAILED',
  'INSTALL_COMMAND_FAILED',
] as const;
export type InstallErrorCode = (typeof INSTALL_ERROR_CODES)[number];

export class InstallError extends CodedError<InstallErrorCode> {
  override readonly name = 'InstallError';
}

/** What happened to a file that could not be written. @param cause of the system, or of the lock's database */
export function toWriteFailed(path: string, cause: unknown): InstallError {
  const { code = 'unknown', errstr } = cause as NodeJS.ErrnoException & { readonly errstr?: string };
  const why = errstr ?? code;
  const isFull = /^(?:ENOSPC|EDQUOT)$|full/.test(why);
  const mended = isFull
    ? 'make room on its disk and repeat the command'
    : 'repeat the command once the cause is mended';
  return new InstallError('INSTALL_WRITE_FAILED', `cannot write ${path} (${why})`, {
    hint: `${mended}; it goes on where it stopped`,
    cause,
  });
}
