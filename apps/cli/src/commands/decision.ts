/** `pullgate decision list`: what machines allowed and denied, once or as it happens. */

import type { DecisionItem } from '@pullgate/protocol';
import type { ApiClient, Query } from '../api-client.ts';
import { toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { formatTime, toPrintable } from '../wording.ts';

export interface DecisionListOptions extends TargetOptions, ListingOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly denied?: boolean;
  readonly registry?: string;
  readonly machine?: string;
  /** Seconds back from now. */
  readonly since?: number;
  readonly attempts?: boolean;
  readonly follow?: boolean;
}

export const runDecisionList: Command<DecisionListOptions> = async (context, options) => {
  const client = createClient(context, options);
  const filter: Query = {
    verdict: options.denied === true ? 'deny' : undefined,
    registry: options.registry,
    machine: options.machine,
  };
  if (options.follow === true) return follow(context, client, options, filter);
  const { limit, cursor, since, attempts } = options;
  const page = await client.fetchDecisions({
    ...filter,
    limit,
    cursor,
    since: since === undefined ? undefined : context.now() - since * 1_000,
    attempts,
  });
  printListing(context.terminal, page, options, {
    headings: ['when', 'machine', 'verdict', 'what', 'why'],
    toRow: toCells,
    whenEmpty: 'no machine has recorded anything that fits',
  });
  return 0;
};

/** Ends with 0 when the person stops it. */
async function follow(
  context: Context,
  client: ApiClient,
  options: DecisionListOptions,
  filter: Query,
): Promise<0> {
  if (options.attempts === true || options.since !== undefined || options.cursor !== undefined) {
    throw toUsageError(
      '--follow shows decisions one by one from now on',
      'leave out --attempts, --since and --cursor',
    );
  }
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    for await (const item of client.followDecisions(filter, stop.signal)) {
      if (!isWanted(item, options)) continue;
      if (options.json === true) printJson(context.terminal, item);
      else printFollowed(context, item);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  return 0;
}

/** The stream may carry more than was asked for. */
const isWanted = (item: DecisionItem, options: DecisionListOptions): boolean =>
  (options.denied !== true || item.verdict === 'deny') &&
  (options.registry === undefined || item.registry === options.registry) &&
  (options.machine === undefined || [item.machine.id, item.machine.name].includes(options.machine));

function printFollowed(context: Context, item: DecisionItem): void {
  const style = item.verdict === 'deny' ? 'red' : 'green';
  const [when = '', machine = '', verdict = '', ...rest] = toCells(item).map(toPrintable);
  const { terminal } = context;
  terminal.out([when, machine, terminal.paint(style, verdict.padEnd(8)), ...rest].join('   ').trimEnd());
}

function toCells(item: DecisionItem): readonly string[] {
  const path = item.repository === undefined ? '' : `/${item.repository}`;
  const tag = item.tag === undefined ? '' : `:${item.tag}`;
  const count = item.count > 1 ? ` (${item.count}×)` : '';
  const reason = item.reason.toLowerCase().replaceAll('_', ' ');
  return [
    formatTime(item.at),
    item.machine.name,
    item.verdict === 'allow' ? 'allowed' : item.effect === 'forward' ? 'observed' : 'denied',
    `${item.action ?? 'connect'} ${item.registry}${path}${tag}${count}`,
    item.ruleId === undefined ? reason : `${reason}, rule ${item.ruleId}`,
  ];
}
