/** `pullgate up`: control plane and agent on this machine, as two child processes; set up on first use. */

import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, toUsageError } from '../cli-error.ts';
import type { Command, Context } from '../context.ts';
import { printJson } from '../listing.ts';
import { detach } from '../up/detach.ts';
import { claimDataDir } from '../up/instance.ts';
import { formatReady, type ReadyReport } from '../up/ready-report.ts';
import { startAll } from '../up/start-all.ts';
import { watchSource } from '../up/watch-source.ts';

export interface UpOptions {
  readonly dataDir?: string;
  readonly listen: string;
  readonly proxyListen: string;
  readonly watch?: boolean;
  readonly detach?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  /** Name of the first organization. */
  readonly organization?: string;
  readonly yes?: boolean;
}

export const runUp: Command<UpOptions> = async (context, options) => {
  const dataDir = resolve(options.dataDir ?? context.config.stateDir);
  if (options.detach === true) {
    if (options.watch === true || options.verbose === true) {
      throw toUsageError('--detach excludes --watch and --verbose');
    }
    printReady(context, options, await detach(context, { ...options, dataDir }));
    return 0;
  }
  prepareDataDir(dataDir);
  const stop = listenForStop();
  const instance = await claimDataDir(dataDir);
  void instance.stopRequested.then(stop.request);
  try {
    await runUntilStopped(context, { ...options, dataDir }, stop.requested);
  } finally {
    instance.release();
    stop.forget();
  }
  return 0;
};

async function runUntilStopped(
  context: Context,
  options: UpOptions & { readonly dataDir: string },
  stopRequested: Promise<void>,
): Promise<void> {
  const running = await startAll(context, options);
  try {
    printReady(context, options, running.report);
    const unwatch = options.watch === true ? watchSource(running.restart) : () => undefined;
    await stopRequested;
    unwatch();
  } finally {
    await running.stop();
  }
}

function printReady(context: Context, options: UpOptions, report: ReadyReport): void {
  if (options.json === true) printJson(context.terminal, report);
  else for (const line of formatReady(context.terminal, report)) context.terminal.out(line);
}

/** @throws CliError FILE_UNWRITABLE */
function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CliError('FILE_UNWRITABLE', `cannot write to the data directory ${dataDir} (${code})`, {
      hint: 'choose another: --data-dir DIR',
      cause,
    });
  }
}

interface StopSignal {
  readonly requested: Promise<void>;
  request(): void;
  forget(): void;
}

function listenForStop(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = (): void => resolve();
  process.on('SIGINT', request).on('SIGTERM', request).on('SIGHUP', request);
  return {
    requested: promise,
    request,
    forget: () => void process.off('SIGINT', request).off('SIGTERM', request).off('SIGHUP', request),
  };
}
