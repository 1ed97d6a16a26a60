/** `up --detach`: runs `up` as a process of its own and waits until it is ready or has failed. */

import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { askOrganization } from './ask-organization.ts';
import type { ReadyReport } from './ready-report.ts';

export interface DetachOptions {
  readonly dataDir: string;
  readonly listen: string;
  readonly proxyListen: string;
  readonly organization?: string;
  readonly yes?: boolean;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** @throws CliError CHILD_FAILED with the background process's own words */
export async function detach(context: Context, options: DetachOptions): Promise<ReadyReport> {
  const isFirst = options.organization === undefined && !existsSync(options.dataDir);
  const organization = isFirst ? await askOrganization(context, options.yes === true) : options.organization;
  const folder = join(options.dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logPath = join(folder, 'up.log');
  const log = openSync(logPath, 'a', 0o600);
  const begin = fstatSync(log).size;
  const words = ['--disable-warning=ExperimentalWarning', MAIN, ...toArguments(options, organization)];
  const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  const line = await new Promise<string | undefined>((resolve) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => resolve(undefined));
  });
  child.stdout?.destroy();
  child.unref();
  if (line !== undefined) return JSON.parse(line) as ReadyReport;
  const lastWords = readFileSync(logPath).subarray(begin).toString('utf8').trim();
  throw new CliError('CHILD_FAILED', 'pullgate up did not start in the background', {
    hint: lastWords.replace(/\n */g, '\n  '),
  });
}

const toArguments = (options: DetachOptions, organization: string | undefined): readonly string[] => [
  ...['up', '--json', '--yes'],
  ...['--data-dir', options.dataDir],
  ...['--listen', options.listen],
  ...['--proxy-listen', options.proxyListen],
  ...(organization === undefined ? [] : ['--organization', organization]),
];
