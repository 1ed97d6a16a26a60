/** `pullgate policy show|diff|test|history|rollback`: reading the policy and going back. Leaves editing and publishing to the files beside it. */

import { toUsageError } from '../cli-error.ts';
import { type Command, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { formatChanges, formatTest, formatTestCount, formatWarnings } from '../policy-text.ts';
import { formatRollout, waitForRollout } from '../rollout.ts';
import { confirm } from '../terminal.ts';
import { formatTime } from '../wording.ts';

export interface PolicyShowOptions extends TargetOptions, ListingOptions {
  readonly draft?: boolean;
  readonly revision?: number;
}

export const runPolicyShow: Command<PolicyShowOptions> = async (context, options) => {
  if (options.draft === true && options.revision !== undefined) {
    throw toUsageError('--draft and --revision exclude each other');
  }
  const client = createClient(context, options);
  const policy =
    options.draft === true ? await client.fetchDraft() : await client.fetchPolicy(options.revision);
  if (options.json === true) printJson(context.terminal, policy);
  else context.terminal.out(policy.yaml.trimEnd());
  return 0;
};

export interface PolicyReadOptions extends TargetOptions, ListingOptions {}

export const runPolicyDiff: Command<PolicyReadOptions> = async (context, options) => {
  const draft = await createClient(context, options).fetchDraft();
  const { terminal } = context;
  if (options.json === true) {
    printJson(terminal, { base: draft.base, published: draft.published, changes: draft.changes });
    return 0;
  }
  if (draft.changes.length === 0) terminal.err(`the draft equals r${draft.published}`);
  for (const line of formatChanges(terminal, draft.changes)) terminal.out(line);
  for (const line of formatWarnings(terminal, draft.warnings)) terminal.err(line);
  return 0;
};

export const runPolicyTest: Command<PolicyReadOptions> = async (context, options) => {
  const { tests } = await createClient(context, options).fetchDraft();
  const isPassed = tests.every(({ pass }) => pass);
  if (options.json === true) printJson(context.terminal, { tests });
  else {
    for (const test of tests) context.terminal.out(formatTest(context.terminal, test));
    context.terminal.out(formatTestCount(tests));
  }
  return isPassed ? 0 : 1;
};

export interface PolicyHistoryOptions extends TargetOptions, ListingOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

export const runPolicyHistory: Command<PolicyHistoryOptions> = async (context, options) => {
  const { limit, cursor } = options;
  const page = await createClient(context, options).fetchRevisions({ limit, cursor });
  printListing(context.terminal, page, options, {
    headings: ['revision', 'when', 'who', 'what'],
    toRow: (item) => [
      `r${item.revision}`,
      formatTime(item.publishedAt),
      item.publishedBy.name,
      [
        ...(item.rollbackOf === undefined ? [] : [`back to r${item.rollbackOf}`]),
        ...(item.comment === undefined ? [] : [item.comment]),
        ...item.changes.map(({ text }) => text),
      ].join('; '),
    ],
    whenEmpty: 'nothing has been published yet',
  });
  return 0;
};

export interface PolicyRollbackOptions extends TargetOptions, ListingOptions {
  readonly comment?: string;
  readonly yes?: boolean;
}

export const runPolicyRollback: Command<PolicyRollbackOptions> = async (context, options, [text = '']) => {
  const revision = Number(/^r?([1-9][0-9]{0,8})$/.exec(text)?.[1]);
  if (Number.isNaN(revision)) {
    throw toUsageError(
      `expected a revision such as 3, got ${JSON.stringify(text)}`,
      'see all: pullgate policy history',
    );
  }
  const client = createClient(context, options);
  const [target, current] = [await client.fetchPolicy(revision), await client.fetchPolicy()];
  const { terminal } = context;
  terminal.err(
    `${client.organization}: r${current.revision} → what r${target.revision} said (published ${formatTime(target.publishedAt)} by ${target.publishedBy.name})`,
  );
  if (!(await confirm(terminal, 'Publish it again?', options.yes === true))) {
    terminal.err('nothing changed');
    return 1;
  }
  const result = await client.rollBack({
    revision,
    ...(options.comment === undefined ? {} : { comment: options.comment }),
  });
  const rollout = await waitForRollout(client, result.revision);
  if (options.json === true) printJson(terminal, { ...result, rollout });
  else {
    for (const line of formatChanges(terminal, result.changes)) terminal.out(line);
    terminal.out(formatRollout(rollout, target.mode));
  }
  return 0;
};
