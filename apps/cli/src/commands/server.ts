/** `pullgate server` and its `backup` and `restore`: the control plane alone. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  backUp,
  type ControlPlaneConfig,
  parseControlPlaneConfig,
  restore,
  startControlPlane,
} from '@pullgate/control-plane';
import type { Command } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { waitForSignal } from '../stop-signal.ts';
import { confirm } from '../terminal.ts';

/** Where `up` keeps its control plane, within its own directory. */
const CONTROL_PLANE_FOLDER = 'control-plane';

export interface ServerDataOptions extends ListingOptions {
  readonly dataDir: string;
}

export interface ServerOptions extends ServerDataOptions {
  readonly listen: string;
  readonly publicUrl?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** True when the option was given without an address. */
  readonly trustProxy?: true | readonly string[];
  readonly smtpUrl?: string;
  readonly smtpPasswordFile?: string;
  readonly mailFrom?: string;
  readonly dnsServers?: readonly string[];
  readonly logLevel: string;
}

export const runServer: Command<ServerOptions> = async (context, options) => {
  const { json: _json, ...settings } = options;
  const stop = waitForSignal();
  const controlPlane = await startControlPlane(
    parseControlPlaneConfig({ ...settings, dataDir: toServerDir(options.dataDir) }),
  );
  context.terminal.err(`control plane ${controlPlane.url}`);
  await stop;
  await controlPlane.close();
  return 0;
};

export const runServerBackup: Command<ServerDataOptions> = async (context, options, [file = '']) => {
  const path = resolve(file);
  await backUp(toConfig(options), path);
  if (options.json === true) printJson(context.terminal, { file: path });
  else context.terminal.out(`backed up to ${path}`);
  return 0;
};

export interface ServerRestoreOptions extends ServerDataOptions {
  readonly yes?: boolean;
}

export const runServerRestore: Command<ServerRestoreOptions> = async (context, options, [file = '']) => {
  const path = resolve(file);
  context.terminal.err(`${path} will take the place of what is in ${toServerDir(options.dataDir)}.`);
  if (!(await confirm(context.terminal, 'Restore it?', options.yes === true))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  const { kept, organizations } = await restore(toConfig(options), path);
  if (options.json === true) printJson(context.terminal, { file: path, kept, organizations });
  else {
    const heads = organizations.map(({ slug, revision }) => `${slug} r${revision}`).join(', ');
    context.terminal.out(`restored from ${path} · in force once it runs: ${heads}`);
    if (kept !== undefined) context.terminal.err(`  what was there before: ${kept}`);
  }
  return 0;
};

const toConfig = (options: ServerDataOptions): ControlPlaneConfig =>
  parseControlPlaneConfig({ dataDir: toServerDir(options.dataDir) });

/** The directory of `up` holds that of its control plane: whoever names the one means the other. */
function toServerDir(dataDir: string): string {
  const ofUp = resolve(dataDir, CONTROL_PLANE_FOLDER);
  return existsSync(ofUp) ? ofUp : resolve(dataDir);
}
