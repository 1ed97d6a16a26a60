/** `pullgate session list|end`, `pullgate machine holder|revoke`: who is signed in on machines, and whom they act for. */

import { orSee } from '../api-error.ts';
import { toUsageError } from '../cli-error.ts';
import { type Command, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { confirm } from '../terminal.ts';
import { formatTime, toPrintable } from '../wording.ts';
import { findMachine, findMember } from './find-person.ts';

interface Options extends TargetOptions, ListingOptions {}

export const runSessionList: Command<Options> = async (context, options) => {
  const items = await createPeopleClient(createClient(context, options)).fetchMachineSessions();
  printListing(context.terminal, { items }, options, {
    headings: ['id', 'machine', 'login', 'person', 'member', 'since'],
    toRow: (session) => [
      session.id,
      session.machine.name,
      `${session.login} (${session.uid})`,
      session.person.email,
      session.member ? 'yes' : 'no',
      formatTime(session.createdAt),
    ],
    whenEmpty: 'nobody is signed in on a machine\n  there: pullgate login',
  });
  return 0;
};

export const runSessionEnd: Command<Options> = async (context, options, [id = '']) => {
  const work = createPeopleClient(createClient(context, options)).endMachineSession(id);
  await orSee(work, 'which there are: pullgate session list');
  if (options.json === true) printJson(context.terminal, { id, ended: true });
  else context.terminal.out(`ended ${id}`);
  return 0;
};

export interface MachineHolderOptions extends Options {
  /** `false` with `--none`. */
  readonly none?: boolean;
}

export const runMachineHolder: Command<MachineHolderOptions> = async (
  context,
  options,
  [name = '', person],
) => {
  if (person !== undefined && options.none === true) {
    throw toUsageError('a person and --none exclude one another');
  }
  const api = createClient(context, options);
  const client = createPeopleClient(api);
  const machine = await findMachine(api, name);
  const subject = toPrintable(machine.name);
  if (person === undefined && options.none !== true) {
    if (options.json === true)
      printJson(context.terminal, { machine: machine.id, holder: machine.holder ?? null });
    else
      context.terminal.out(
        machine.holder === undefined
          ? `nobody holds ${subject}`
          : `${toPrintable(machine.holder.name)} holds ${subject}`,
      );
    return 0;
  }
  const member = person === undefined ? undefined : await findMember(client, person);
  await client.setHolder(machine.id, member?.id ?? null);
  if (options.json === true) {
    const holder = member === undefined ? null : { id: member.id, name: member.name };
    printJson(context.terminal, { machine: machine.id, holder });
  } else
    context.terminal.out(
      member === undefined
        ? `nobody holds ${subject} now`
        : `${toPrintable(member.email)} holds ${subject} now`,
    );
  return 0;
};

export interface MachineRevokeOptions extends Options {
  readonly yes?: boolean;
}

export const runMachineRevoke: Command<MachineRevokeOptions> = async (context, options, [name = '']) => {
  const api = createClient(context, options);
  const machine = await findMachine(api, name);
  const question = `Revoke ${toPrintable(machine.name)}? It is refused from now on, until it is enrolled again.`;
  if (!(await confirm(context.terminal, question, options.yes === true))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  await createPeopleClient(api).revokeMachine(machine.id);
  if (options.json === true) printJson(context.terminal, { id: machine.id, revoked: true });
  else context.terminal.out(`revoked ${toPrintable(machine.name)}`);
  return 0;
};
