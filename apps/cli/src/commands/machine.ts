/** `pullgate machine list|enroll`. */

import { hostname } from 'node:os';
import type { Machine } from '@pullgate/protocol';
import { CliError, toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, parseServer, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { waitForSignal } from '../stop-signal.ts';
import { confirm } from '../terminal.ts';
import { formatShortDuration } from '../wording.ts';
import { enrollByPreparedFile } from './machine-enroll-file.ts';

export interface MachineListOptions extends TargetOptions, ListingOptions {}

export const runMachineList: Command<MachineListOptions> = async (context, options) => {
  const items = await createClient(context, options).fetchMachines();
  printListing(context.terminal, { items }, options, {
    headings: ['id', 'name', 'state', 'revision', 'points', 'engines', 'seen'],
    toRow: (machine) => toCells(machine, context.now()),
    whenEmpty:
      'no machine is enrolled yet\n  enrol this one: sudo pullgate machine enroll   another: pullgate token create --enroll',
  });
  return 0;
};

function toCells(machine: Machine, now: number): readonly string[] {
  const gaps = machine.log?.gaps.length ?? 0;
  return [
    machine.id,
    machine.name,
    machine.rejected === undefined ? machine.state : `${machine.state}, rejected ${machine.rejected.code}`,
    machine.revision === undefined ? 'none' : `r${machine.revision}`,
    machine.points.map(({ name, state }) => `${name} ${state}`).join(', '),
    machine.engines.map(({ name, wired, depth }) => `${name} ${wired ? depth : 'not wired'}`).join(', '),
    `${machine.lastSeenAt === undefined ? 'never' : `${formatShortDuration(now - machine.lastSeenAt)} ago`}${gaps > 0 ? `, ${gaps} gaps in its log` : ''}`,
  ];
}

export interface MachineEnrollOptions extends TargetOptions, ListingOptions {
  readonly token?: string;
  readonly name?: string;
  readonly dataDir?: string;
  readonly yes?: boolean;
  /** By `enrolment.json`: nobody is asked. */
  readonly unattended?: boolean;
  /** What `machine prepare` wrote. */
  readonly file?: string;
  /** Leaves that file where it is. */
  readonly keep?: boolean;
}

/** Without `--data-dir` this makes the machine obey, which is root's to decide. */
export const runMachineEnroll: Command<MachineEnrollOptions> = async (context, options) => {
  if (options.dataDir === undefined && process.getuid?.() !== 0) {
    throw new CliError(
      'ROOT_NEEDED',
      'enrolling this machine needs root: it writes /etc/pullgate/agent.json',
      {
        hint: 'repeat it with sudo   (or keep an agent of your own: --data-dir DIR)',
      },
    );
  }
  if (options.file !== undefined) return await enrollByPreparedFile(context, options.file, options);
  if (options.keep === true) throw toUsageError('--keep belongs to --file');
  if (options.unattended === true) return await enrolUnattended(options);
  const { server, token, organization } = await findToken(context, options);
  const name = options.name ?? hostname();
  const subject = organization === undefined ? server : `${organization} at ${server}`;
  context.terminal.err(`${name} will obey ${subject}: its engines pull and push what that policy allows.`);
  if (!(await confirm(context.terminal, 'Enrol it?', options.yes === true))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  const { enrollMachine } = await import('@pullgate/agent');
  const enrolled = await enrollMachine({
    server,
    token,
    name,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  if (options.json === true) printJson(context.terminal, enrolled);
  else {
    context.terminal.out(
      `enrolled in ${enrolled.organization.slug} · organization's key ${enrolled.fingerprint}`,
    );
    const dataDir = options.dataDir === undefined ? '' : ` --data-dir ${options.dataDir}`;
    context.terminal.err(
      `  run the agent: pullgate agent run${dataDir}   point Docker at it: pullgate agent install`,
    );
  }
  return 0;
};

async function enrolUnattended({ dataDir }: MachineEnrollOptions): Promise<0> {
  const stopping = new AbortController();
  void waitForSignal().then(() => stopping.abort());
  const { enrolByFile } = await import('@pullgate/agent');
  await enrolByFile({ signal: stopping.signal, ...(dataDir === undefined ? {} : { dataDir }) });
  return 0;
}

interface EnrollTarget {
  readonly server: string;
  readonly token: string;
  readonly organization?: string;
}

/** What was given, or a token for one machine, made in the name of the owner who is signed in. */
async function findToken(context: Context, options: MachineEnrollOptions): Promise<EnrollTarget> {
  if (options.token !== undefined) {
    const server = options.server ?? context.config.server;
    if (server === undefined)
      throw toUsageError('a token says nothing of its server', 'name it: --server URL');
    return { server: parseServer(server), token: options.token };
  }
  const client = createClient(context, options);
  const { token } = await client.createEnrollmentToken({ uses: 1, expiresIn: 600 });
  return { server: client.server, token: token ?? '', organization: client.organization };
}
