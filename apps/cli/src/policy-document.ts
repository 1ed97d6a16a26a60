/** Reading a policy document and putting it into the draft, for editing and for applying. Leaves asking and printing to the commands. */

import { readFileSync } from 'node:fs';
import type { PolicyDraft } from '@pullgate/protocol';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

/** `-` is standard input. */
export async function readDocument(terminal: Terminal, file: string): Promise<string> {
  if (file === '-') return terminal.readAll();
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CliError('FILE_UNREADABLE', `cannot read ${JSON.stringify(file)} (${code})`, { cause });
  }
}

/**
 * Replaces the draft.
 * @throws ApiError with every problem and its line; 409 when the draft has moved since it was read
 */
export async function putDocument(client: ApiClient, version: number, yaml: string): Promise<PolicyDraft> {
  try {
    return await client.putDraft(version, { yaml });
  } catch (error) {
    throw error instanceof ApiError && error.status === 409 ? toConflict(error) : error;
  }
}

/** Somebody else was faster: what is theirs is in the draft now, and ours too. */
export function toConflict(error: ApiError): ApiError {
  return new ApiError({
    type: 'about:blank',
    title: 'conflict',
    status: error.status,
    code: error.code,
    detail: error.message,
    hint:
      error.hint ??
      'nothing is lost: look at the draft again (pullgate policy diff), then repeat the command',
    problems: [...error.problems],
  });
}
