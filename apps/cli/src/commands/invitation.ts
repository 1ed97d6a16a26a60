/** `pullgate invitation list|create|resend|revoke`. */

import type { RoleName } from '@pullgate/protocol';
import { orSee } from '../api-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { toAddressOrName } from '../unknown-address.ts';
import { formatTime, toPrintable } from '../wording.ts';

interface Options extends TargetOptions, ListingOptions {}

const WHICH = 'which are open: pullgate invitation list';

const open = (context: Context, options: TargetOptions) => createPeopleClient(createClient(context, options));

export const runInvitationList: Command<Options> = async (context, options) => {
  const items = await open(context, options).fetchInvitations();
  printListing(context.terminal, { items }, options, {
    headings: ['id', 'e-mail', 'role', 'teams', 'invited by', 'good until'],
    toRow: (one) => [
      one.id,
      one.email,
      one.role,
      one.teams.join(','),
      toAddressOrName(one.invitedBy),
      formatTime(one.expiresAt),
    ],
    whenEmpty: 'no invitation is open\n  invite somebody: pullgate invitation create ADDRESS --role member',
  });
  return 0;
};

export interface InvitationCreateOptions extends Options {
  readonly role?: RoleName;
  readonly teams?: readonly string[];
}

export const runInvitationCreate: Command<InvitationCreateOptions> = async (
  context,
  options,
  [email = ''],
) => {
  const teams = options.teams?.flatMap((text) => text.split(',')).map((slug) => slug.trim());
  const made = await open(context, options).createInvitation({
    email,
    role: options.role ?? 'member',
    ...(teams === undefined ? {} : { teams }),
  });
  if (options.json === true) {
    printJson(context.terminal, made);
    return 0;
  }
  context.terminal.out(
    `invited ${toPrintable(made.email)} as ${made.role}, until ${formatTime(made.expiresAt)}`,
  );
  if (made.url !== undefined) context.terminal.out(`  ${made.url}`);
  return 0;
};

export const runInvitationResend: Command<Options> = async (context, options, [id = '']) => {
  const sent = await orSee(open(context, options).resendInvitation(id), WHICH);
  if (options.json === true) printJson(context.terminal, sent);
  else
    context.terminal.out(
      `sent again to ${toPrintable(sent.email)}, good until ${formatTime(sent.expiresAt)}`,
    );
  return 0;
};

export const runInvitationRevoke: Command<Options> = async (context, options, [id = '']) => {
  await orSee(open(context, options).revokeInvitation(id), WHICH);
  if (options.json === true) printJson(context.terminal, { id, revoked: true });
  else context.terminal.out(`revoked ${id}`);
  return 0;
};
