/** `pullgate mode`: prints the mode, or shows what another would have denied, asks, publishes it and waits for the machines. */

import type { PublishedPolicy } from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { type ExitCode, toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { formatModeImpact } from '../impact-text.ts';
import { printJson } from '../listing.ts';
import { formatWarnings } from '../policy-text.ts';
import { formatRollout, waitForRollout } from '../rollout.ts';
import { confirm } from '../terminal.ts';
import { toPrintable } from '../wording.ts';

export interface ModeOptions extends TargetOptions {
  readonly team?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const MODES = ['off', 'observe', 'enforce'] as const;
type Mode = (typeof MODES)[number];

/** Long enough to hold a working day, short enough to be the policy of now. */
const IMPACT_HOURS = 24;

export const runMode: Command<ModeOptions> = async (context, options, [wanted]) => {
  const client = createClient(context, options);
  const policy = await client.fetchPolicy();
  if (wanted === undefined) return printMode(context, options, policy, client.organization);
  const mode = parseMode(wanted);
  const now = currentMode(policy, options.team);
  if (now === mode) return printUnchanged(context, options, policy, mode);
  if (!(await isWanted(context, client, options, now, mode))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  const result = await client.setMode({
    mode,
    ...(options.team === undefined ? {} : { team: options.team }),
    ...(options.force === true ? { force: true } : {}),
  });
  if (options.json !== true)
    for (const line of formatWarnings(context.terminal, result.warnings)) context.terminal.err(line);
  const rollout = await waitForRollout(client, result.revision);
  if (options.json === true) printJson(context.terminal, { ...result, rollout });
  else context.terminal.out(formatRollout(rollout, mode));
  return 0;
};

function parseMode(text: string): Mode {
  const mode = MODES.find((name) => name === text);
  if (mode === undefined) throw toUsageError(`expected off, observe or enforce, got ${JSON.stringify(text)}`);
  return mode;
}

function modesOf(policy: PublishedPolicy): { readonly teams: Readonly<Record<string, string>> } {
  const { mode } = policy.document as { mode?: { teams?: Readonly<Record<string, string>> } };
  return { teams: mode?.teams ?? {} };
}

const currentMode = (policy: PublishedPolicy, team: string | undefined): string =>
  team === undefined ? policy.mode : (modesOf(policy).teams[team] ?? policy.mode);

function printMode(
  context: Context,
  options: ModeOptions,
  policy: PublishedPolicy,
  organization: string,
): ExitCode {
  const { teams } = modesOf(policy);
  if (options.json === true) {
    printJson(context.terminal, { organization, mode: policy.mode, teams, revision: policy.revision });
    return 0;
  }
  context.terminal.out(`${organization}: ${policy.mode} (r${policy.revision})`);
  for (const [team, mode] of Object.entries(teams))
    context.terminal.out(`  team ${toPrintable(team)}: ${mode}`);
  return 0;
}

function printUnchanged(
  context: Context,
  options: ModeOptions,
  policy: PublishedPolicy,
  mode: Mode,
): ExitCode {
  if (options.json === true) printJson(context.terminal, { revision: policy.revision, changes: [] });
  else context.terminal.out(`already ${mode} (r${policy.revision})`);
  return 0;
}

async function isWanted(
  context: Context,
  client: ApiClient,
  options: ModeOptions,
  now: string,
  mode: Mode,
): Promise<boolean> {
  const subject =
    options.team === undefined ? client.organization : `${client.organization}, team ${options.team}`;
  const say = context.terminal.err;
  if (mode !== 'enforce') {
    say(
      `${subject}: ${now} → ${mode}. ${mode === 'off' ? 'Nothing will be denied or recorded.' : 'Nothing will be denied.'}`,
    );
  } else {
    const impact = await client.fetchImpact('enforce', IMPACT_HOURS);
    const [effect, ...rows] = formatModeImpact(impact);
    say(`${subject}: ${now} → ${mode}. ${effect}`);
    for (const row of rows) say(row);
  }
  return confirm(context.terminal, 'Continue?', options.yes === true);
}
