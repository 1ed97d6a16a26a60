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
