/** `pullgate member list|show|edit|remove`. */

import type { OrganizationMember, RoleName, UpdateMember } from '@pullgate/protocol';
import { toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { confirm } from '../terminal.ts';
import { formatTime, toPrintable } from '../wording.ts';
import { findMember } from './find-person.ts';

interface Options extends TargetOptions, ListingOptions {}

const open = (context: Context, options: TargetOptions) => createPeopleClient(createClient(context, options));

export interface MemberListOptions extends Options {
  readonly search?: string;
}

export const runMemberList: Command<MemberListOptions> = async (context, options) => {
  const items = await open(context, options).fetchMembers(options.search);
  printListing(context.terminal, { items }, options, {
    headings: ['e-mail', 'name', 'role', 'teams', 'state', 'from', 'second factor'],
    toRow: (member) => [
      member.email,
      member.name,
      member.role,
      member.teams.join(','),
      member.state,
      member.source,
      member.twoFactor ? 'yes' : 'no',
    ],
    whenEmpty: 'nobody matches\n  invite somebody: pullgate invitation create ADDRESS --role member',
  });
  return 0;
};

export const runMemberShow: Command<Options> = async (context, options, [name = '']) => {
  show(context, options, await findMember(open(context, options), name));
  return 0;
};

export interface MemberEditOptions extends Options {
  readonly role?: RoleName;
  readonly deactivate?: boolean;
  readonly reactivate?: boolean;
}

export const runMemberEdit: Command<MemberEditOptions> = async (context, options, [name = '']) => {
  const changes = toChanges(options);
  const client = open(context, options);
  const { id } = await findMember(client, name);
  show(context, options, await client.editMember(id, changes));
  return 0;
};

function toChanges({ role, deactivate, reactivate }: MemberEditOptions): UpdateMember {
  if (deactivate === true && reactivate === true) {
    throw toUsageError('--deactivate and --reactivate exclude one another');
  }
  if (role === undefined && deactivate !== true && reactivate !== true) {
    throw toUsageError('nothing to change was given', 'give --role, --deactivate or --reactivate');
  }
  return {
    ...(role === undefined ? {} : { role }),
    ...(deactivate === true ? { state: 'deactivated' as const } : {}),
    ...(reactivate === true ? { state: 'active' as const } : {}),
  };
}

export interface MemberRemoveOptions extends Options {
  readonly yes?: boolean;
}

export const runMemberRemove: Command<MemberRemoveOptions> = async (context, options, [name = '']) => {
  const client = open(context, options);
  const member = await findMember(client, name);
  const question = `Remove ${toPrintable(member.email)}, with tokens and sessions?`;
  if (!(await confirm(context.terminal, question, options.yes === true))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  await client.removeMember(member.id);
  if (options.json === true) printJson(context.terminal, { id: member.id, removed: true });
  else context.terminal.out(`removed ${toPrintable(member.email)}`);
  return 0;
};

function show({ terminal }: Context, options: ListingOptions, member: OrganizationMember): void {
  if (options.json === true) {
    printJson(terminal, member);
    return;
  }
  terminal.out(`${toPrintable(member.email)} · ${toPrintable(member.name)}`);
  terminal.out(`  id             ${member.id}`);
  terminal.out(`  role           ${member.role}`);
  terminal.out(`  teams          ${member.teams.length === 0 ? 'none' : member.teams.join(', ')}`);
  const since = member.deactivatedAt === undefined ? '' : ` since ${formatTime(member.deactivatedAt)}`;
  terminal.out(`  state          ${member.state}${since}`);
  terminal.out(`  second factor  ${member.twoFactor ? 'yes' : 'no'}`);
}
