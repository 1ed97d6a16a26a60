/** `pullgate scim show|set|remove` and `pullgate scim credential create|revoke`. */

import type { ScimConnection } from '@pullgate/protocol';
import { orSee } from '../api-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { confirm } from '../terminal.ts';
import { formatCount, formatTime, toPrintable } from '../wording.ts';
import { formatMapping, parseMappings } from './group-mapping.ts';

interface Options extends TargetOptions, ListingOptions {}

const SWITCH_ON = 'switch it on: pullgate scim set';

const open = (context: Context, options: TargetOptions) => createPeopleClient(createClient(context, options));

export const runScimShow: Command<Options> = async (context, options) => {
  show(context, options, await orSee(open(context, options).fetchScim(), SWITCH_ON));
  return 0;
};

export interface ScimSetOptions extends Options {
  readonly map?: readonly string[];
}

export const runScimSet: Command<ScimSetOptions> = async (context, options) => {
  const body = options.map === undefined ? {} : { mappings: parseMappings(options.map) };
  show(context, options, await open(context, options).setScim(body));
  return 0;
};

export interface ScimRemoveOptions extends Options {
  readonly yes?: boolean;
}

export const runScimRemove: Command<ScimRemoveOptions> = async (context, options) => {
  const question = 'Remove SCIM? The directory is refused from now on; its people stay as they are.';
  if (!(await confirm(context.terminal, question, options.yes === true))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  await orSee(open(context, options).removeScim(), SWITCH_ON);
  if (options.json === true) printJson(context.terminal, { removed: true });
  else context.terminal.out('removed SCIM');
  return 0;
};

export const runScimCredentialCreate: Command<Options> = async (context, options) => {
  const made = await orSee(open(context, options).createScimCredential(), SWITCH_ON);
  if (options.json === true) printJson(context.terminal, made);
  else {
    context.terminal.out(made.token);
    context.terminal.err(
      `  shown once, good until ${formatTime(made.expiresAt)}; revoke it: pullgate scim credential revoke ${made.id}`,
    );
  }
  return 0;
};

export const runScimCredentialRevoke: Command<Options> = async (context, options, [id = '']) => {
  await orSee(open(context, options).revokeScimCredential(id), 'which there are: pullgate scim show');
  if (options.json === true) printJson(context.terminal, { id, revoked: true });
  else context.terminal.out(`revoked ${id}`);
  return 0;
};

function show({ terminal }: Context, options: ListingOptions, connection: ScimConnection): void {
  if (options.json === true) {
    printJson(terminal, connection);
    return;
  }
  terminal.out(connection.url);
  terminal.out(
    `  holds          ${formatCount(connection.users, 'user')}, ${formatCount(connection.groups, 'group')}`,
  );
  for (const mapping of connection.mappings)
    terminal.out(`  group          ${toPrintable(formatMapping(mapping))}`);
  for (const { id, expiresAt } of connection.credentials) {
    terminal.out(`  credential     ${id}, good until ${formatTime(expiresAt)}`);
  }
}
