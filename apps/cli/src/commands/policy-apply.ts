/** `pullgate policy apply`: shows what the draft would change, asks, publishes it and waits for the machines. */

import type { PolicyDraft, PublishResult } from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { formatDraftImpact } from '../impact-text.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { putDocument, readDocument, toConflict } from '../policy-document.ts';
import { formatChanges, formatTest, formatTestCount, formatWarnings } from '../policy-text.ts';
import { formatRollout, waitForRollout } from '../rollout.ts';
import { confirm } from '../terminal.ts';

export interface PolicyApplyOptions extends TargetOptions, ListingOptions {
  readonly file?: string;
  readonly comment?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** A month: what people pull once in a sprint or once in a release is in it. */
const IMPACT_HOURS = 30 * 24;

export const runPolicyApply: Command<PolicyApplyOptions> = async (context, options) => {
  const client = createClient(context, options);
  const { terminal } = context;
  const draft = await loadDraft(context, client, options);
  if (draft.changes.length === 0) {
    if (options.json === true) printJson(terminal, { revision: draft.published, changes: [] });
    else terminal.err(`nothing to apply: the draft equals r${draft.published}`);
    return 0;
  }
  await printPreview(context, client, draft);
  if (!(await confirm(terminal, 'Publish?', options.yes === true))) {
    terminal.err('nothing published; the draft is kept');
    return 1;
  }
  const result = await publish(client, draft, options);
  const [rollout, policy] = [await waitForRollout(client, result.revision), await client.fetchPolicy()];
  if (options.json === true) printJson(terminal, { ...result, rollout });
  else terminal.out(formatRollout(rollout, policy.mode));
  return 0;
};

async function loadDraft(
  context: Context,
  client: ApiClient,
  options: PolicyApplyOptions,
): Promise<PolicyDraft> {
  const draft = await client.fetchDraft();
  if (options.file === undefined) return draft;
  return putDocument(client, draft.version, await readDocument(context.terminal, options.file));
}

/** On stderr, so that with `--json` stdout holds the result alone. */
async function printPreview(context: Context, client: ApiClient, draft: PolicyDraft): Promise<void> {
  const { terminal } = context;
  for (const line of formatChanges(terminal, draft.changes)) terminal.err(line);
  for (const line of formatWarnings(terminal, draft.warnings)) terminal.err(line);
  for (const test of draft.tests.filter(({ pass }) => !pass)) terminal.err(formatTest(terminal, test));
  const impact = await client.fetchImpact('draft', IMPACT_HOURS);
  const [effect, ...rows] = formatDraftImpact(impact);
  terminal.err(`${formatTestCount(draft.tests)} · ${effect}`);
  for (const row of rows) terminal.err(row);
}

async function publish(
  client: ApiClient,
  draft: PolicyDraft,
  options: PolicyApplyOptions,
): Promise<PublishResult> {
  try {
    return await client.publish(draft.version, {
      ...(options.comment === undefined ? {} : { comment: options.comment }),
      ...(options.force === true ? { force: true } : {}),
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    throw toConflict(error);
  }
}
