/** `pullgate activity verify`: whether the record of what owners did is still the one that was written. */

import { quote } from '@pullgate/errors';
import type { ActivityVerification } from '@pullgate/protocol';
import { toUsageError } from '../cli-error.ts';
import { type Command, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import type { Terminal } from '../terminal.ts';
import { formatEntries, formatNumber, toPrintable } from '../wording.ts';

export interface ActivityVerifyOptions extends TargetOptions, ListingOptions {
  readonly head?: string;
}

export const runActivityVerify: Command<ActivityVerifyOptions> = async (context, options) => {
  const { head } = options;
  if (head !== undefined && !/^(?:sha256:)?[0-9a-f]{64}$/.test(head)) {
    throw toUsageError(`expected sha256: and 64 hexadecimal digits, got ${quote(head)}`);
  }
  const verified = await createClient(context, options).verifyActivity(head);
  if (options.json === true) printJson(context.terminal, verified);
  else if (verified.broken === undefined) sayUnbroken(context.terminal, verified);
  else sayBroken(context.terminal, verified, verified.broken);
  return verified.broken === undefined ? 0 : 1;
};

function sayUnbroken(terminal: Terminal, { entries, head = 'none', notedAt }: ActivityVerification): void {
  terminal.out(`${formatEntries(entries)}, unbroken, head ${head}`);
  if (notedAt !== undefined) terminal.out(`  the head given is that of entry ${formatNumber(notedAt)}`);
  terminal.err(
    `  write this head down outside the server; at the next audit: pullgate activity verify --head ${head}`,
  );
}

function sayBroken(
  terminal: Terminal,
  { entries, head }: ActivityVerification,
  { seq, text }: NonNullable<ActivityVerification['broken']>,
): void {
  const place = seq === undefined ? 'broken' : `broken at entry ${formatNumber(seq)}`;
  terminal.out(`${place}: ${toPrintable(text)}`);
  if (head !== undefined) terminal.out(`  ${formatEntries(entries)} from the first on hold, head ${head}`);
  terminal.err('  keep a copy of it as it is, and compare with backups: pullgate server backup FILE');
}
