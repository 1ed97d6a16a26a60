/** `pullgate policy edit`: the draft as YAML, in the person's editor or from a file. What was typed is never lost. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDraft } from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { CliError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { putDocument, readDocument } from '../policy-document.ts';
import { formatChanges, formatProblems } from '../policy-text.ts';
import { confirm } from '../terminal.ts';

export interface PolicyEditOptions extends TargetOptions, ListingOptions {
  readonly file?: string;
}

export const runPolicyEdit: Command<PolicyEditOptions> = async (context, options) => {
  const client = createClient(context, options);
  const draft = await client.fetchDraft();
  const { terminal } = context;
  const next =
    options.file === undefined
      ? await editInteractively(context, client, draft)
      : await putDocument(client, draft.version, await readDocument(terminal, options.file));
  if (next === undefined) {
    terminal.err('the draft is as it was');
    return 0;
  }
  if (options.json === true) printJson(terminal, next);
  else {
    for (const line of formatChanges(terminal, next.changes)) terminal.out(line);
    terminal.err('  in force after: pullgate policy apply');
  }
  return 0;
};

async function editInteractively(
  context: Context,
  client: ApiClient,
  draft: PolicyDraft,
): Promise<PolicyDraft | undefined> {
  const { terminal, config } = context;
  if (!terminal.isInteractive) {
    throw new CliError('CONFIRMATION_NEEDED', 'an editor cannot be opened here: there is no terminal', {
      hint: 'give the document: pullgate policy edit --file policy.yaml   (or --file - to pipe it in)',
      exitCode: 2,
    });
  }
  mkdirSync(config.home, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(config.home, 'edit-'));
  const path = join(folder, 'policy.yaml');
  writeFileSync(path, draft.yaml, { mode: 0o600 });
  const result = await editUntilGood(context, client, draft, path);
  rmSync(folder, { recursive: true });
  return result;
}

/** Leaves the file in place when it ends with an error, and says where. */
async function editUntilGood(
  context: Context,
  client: ApiClient,
  draft: PolicyDraft,
  path: string,
): Promise<PolicyDraft | undefined> {
  const { terminal } = context;
  for (;;) {
    openEditor(context.config.editor, path);
    const text = readFileSync(path, 'utf8');
    if (text === draft.yaml) return undefined;
    try {
      return await putDocument(client, draft.version, text);
    } catch (error) {
      terminal.err(`your text is kept in ${path}`);
      if (!(error instanceof ApiError) || error.problems.length === 0) throw error;
      for (const line of formatProblems(error)) terminal.err(`  ${line}`);
      if (!(await confirm(terminal, 'Open the editor again?', false))) throw error;
    }
  }
}

/** The setting may carry arguments (`code --wait`), so a shell splits it, as git does; the path is passed apart from it. */
function openEditor(editor: string, path: string): void {
  const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' });
  if (error === undefined && status === 0) return;
  throw new CliError(
    'EDITOR_FAILED',
    `the editor ${JSON.stringify(editor)} ended with ${status ?? error?.message}`,
    {
      hint: `your text is kept in ${path}; choose an editor with EDITOR=…, or give the file: pullgate policy edit --file ${path}`,
      cause: error,
    },
  );
}
