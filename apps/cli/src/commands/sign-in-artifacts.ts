/** `pullgate sign-in artifacts`: writes the file that makes machines require a sign-in, and says where it goes. */

import { writeFileSync } from 'node:fs';
import {
  ARTIFACT_PLACES,
  type ArtifactFormat,
  formatArtifact,
  SignInFileError,
} from '@pullgate/required-sign-in';
import { CliError, toUsageError } from '../cli-error.ts';
import type { Command } from '../context.ts';

export interface SignInArtifactsOptions {
  readonly org: readonly string[];
  readonly format: ArtifactFormat;
  readonly out?: string;
}

export const runSignInArtifacts: Command<SignInArtifactsOptions> = async (
  { terminal },
  { org, format, out },
) => {
  const bytes = formatOrRefuse(format, org);
  // Bytes and not lines: .reg is UTF-16.
  if (out === undefined || out === '-') process.stdout.write(bytes);
  else storeArtifact(out, bytes);
  terminal.err(out === undefined || out === '-' ? 'put it here:' : `wrote ${out}; put it here:`);
  for (const place of ARTIFACT_PLACES[format].places) terminal.err(`  ${place}`);
  terminal.err('  in force within seconds; see it: pullgate status');
  return 0;
};

function formatOrRefuse(format: ArtifactFormat, org: readonly string[]): Uint8Array {
  try {
    return formatArtifact(format, org);
  } catch (error) {
    if (error instanceof SignInFileError) throw toUsageError(error.message, error.hint);
    throw error;
  }
}

function storeArtifact(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes, { mode: 0o644 });
  } catch (cause) {
    throw new CliError('FILE_UNWRITABLE', `cannot write ${path} (${(cause as NodeJS.ErrnoException).code})`, {
      hint: 'choose another file, or leave out --out and redirect',
      cause,
    });
  }
}
