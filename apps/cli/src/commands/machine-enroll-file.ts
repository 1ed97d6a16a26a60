/** `pullgate machine enroll --file`: makes this machine a member by what `machine prepare` wrote, without any contact. */

import { toUsageError } from '../cli-error.ts';
import type { Context, TargetOptions } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { confirm } from '../terminal.ts';
import { formatTime, toPrintable } from '../wording.ts';

export interface EnrollByFileOptions extends TargetOptions, ListingOptions {
  readonly dataDir?: string;
  /** Leaves the file where it is. */
  readonly keep?: boolean;
  readonly yes?: boolean;
  readonly token?: string;
  readonly name?: string;
  readonly unattended?: boolean;
}

export async function enrollByPreparedFile(
  context: Context,
  path: string,
  options: EnrollByFileOptions,
): Promise<0 | 1> {
  const { dataDir, keep, token, name, server, organization, unattended } = options;
  if ([token, name, server, organization, unattended].some((option) => option !== undefined))
    throw toUsageError(
      'the file says all about the machine',
      'give --file with --keep, --data-dir, --yes alone',
    );
  const { terminal } = context;
  const { loadPrepared, installPrepared, discardSecretFile } = await import('@pullgate/agent');
  const { config, ...rest } = await loadPrepared(path);
  const { fingerprint } = config;
  const [machine, place] = [config.machine.name, config.organization.slug].map(toPrintable);
  terminal.err(`this machine will be ${machine}, and will obey ${place} at ${toPrintable(config.server)},`);
  terminal.err(
    `whose key is ${toPrintable(fingerprint)}: its engines pull and push what that policy allows.`,
  );
  if (!(await confirm(terminal, 'Enrol it?', options.yes === true))) {
    terminal.err('nothing changed');
    return 1;
  }
  const installed = await installPrepared({ config, ...rest }, dataDir === undefined ? {} : { dataDir });
  if (keep !== true) await discardSecretFile(path);
  if (options.json === true) {
    printJson(terminal, installed);
    return 0;
  }
  terminal.out(`enrolled as ${machine} in ${place} · organization's key ${fingerprint}`);
  terminal.err(
    `  revision ${installed.revision} is in force as of ${formatTime(installed.heardAt)}, once the agent runs`,
  );
  terminal.err(
    keep === true
      ? `  ${path} is this machine's key: delete it, and every copy`
      : `  ${path} is overwritten and removed; delete every copy`,
  );
  return 0;
}
