/** `pullgate agent install` and `uninstall`: shows the plan, asks, does it. What the plan says is the agent's to know. */

import { fileURLToPath } from 'node:url';
import {
  createHost,
  createInstallPlan,
  createUninstallPlan,
  executePlan,
  type Host,
  type Plan,
} from '@pullgate/agent/install';
import { findAgentDataDir } from '../agent-data-dir.ts';
import type { ExitCode } from '../cli-error.ts';
import type { Command, Context } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { formatPlan, formatStep, toPlanJson } from '../plan-text.ts';
import { confirm } from '../terminal.ts';

export interface AgentUninstallOptions extends ListingOptions {
  readonly root: string;
  /** False with `--no-restart`. */
  readonly restart: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export interface AgentInstallOptions extends AgentUninstallOptions {
  readonly only?: readonly string[];
  readonly proxy: string;
  readonly dockerVersion?: string;
  readonly dataDir?: string;
}

const BIN = fileURLToPath(new URL('../../../../bin/pullgate', import.meta.url));

export const runAgentInstall: Command<AgentInstallOptions> = async (context, options) => {
  const host = createHost(options.root);
  const dataDir = options.root === '/' ? findAgentDataDir(context.config, options.dataDir) : options.dataDir;
  const plan = await createInstallPlan(host, {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.dockerVersion === undefined ? {} : { dockerVersion: options.dockerVersion }),
    proxyUrl: options.proxy,
    isRestartWanted: options.restart,
    binPath: BIN,
  });
  return carryOut(context, options, host, plan, toWords(options.only, plan));
};

function toWords(only: readonly string[] | undefined, plan: Plan) {
  if (only !== undefined && !only.includes('docker')) {
    return { done: 'engines trust the gateway', nothing: 'nothing to do: engines trust the gateway already' };
  }
  const done = 'Docker goes through the agent';
  return {
    done: plan.restarts.length > 0 ? done : `${done} once it was restarted`,
    nothing: 'nothing to do: Docker is pointed at the agent already',
  };
}

export const runAgentUninstall: Command<AgentUninstallOptions> = async (context, options) => {
  const host = createHost(options.root);
  const plan = createUninstallPlan(host, { isRestartWanted: options.restart });
  return carryOut(context, options, host, plan, {
    done: 'everything is as it was before install',
    nothing: 'nothing to do: install has changed nothing here',
  });
};

async function carryOut(
  context: Context,
  options: AgentUninstallOptions,
  host: Host,
  plan: Plan,
  words: { readonly done: string; readonly nothing: string },
): Promise<ExitCode> {
  const { terminal } = context;
  const isJson = options.json === true;
  if (!isJson) for (const line of formatPlan(terminal, plan)) terminal.out(line);
  const isDone = plan.steps.length > 0 && options.dryRun !== true;
  if (isDone) {
    if (!(await confirm(terminal, 'Do it?', options.yes === true))) {
      terminal.err('nothing changed');
      return 1;
    }
    executePlan(host, plan, (step) => terminal.err(`  … ${formatStep(step)}`));
  }
  if (isJson) printJson(terminal, { ...toPlanJson(plan), done: isDone });
  else if (plan.steps.length === 0) terminal.out(words.nothing);
  else terminal.out(isDone ? words.done : 'nothing changed (--dry-run)');
  return 0;
}
